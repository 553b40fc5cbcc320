import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { startProviders, type Simulator } from '@reel/testkit';

const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
const adapter = fileURLToPath(new URL('..', import.meta.url));

/** What one run of the runner showed. */
export interface Run {
  readonly code: number;
  readonly output: string;
}

/** A throw-away project under test, with `vitest` and the built `@reel/vitest` in its node_modules. */
export interface Project {
  readonly folder: string;
  /** Runs the real Vitest in a child process. Recording goes to the simulator; a key is set in every mode but replay. */
  run(mode: string | undefined, ...args: string[]): Promise<Run>;
  runWith(environment: Record<string, string>, ...args: string[]): Promise<Run>;
  write(files: Readonly<Record<string, string>>): void;
  /** Paths of the cassettes, sorted, relative to the project. */
  cassettes(): string[];
  read(path: string): string;
  readonly provider: Simulator;
}

const config = `import { defineConfig } from 'vitest/config';
import { reel } from '@reel/vitest';
export default defineConfig({ plugins: [reel()] });
`;

/** `ask(prompt)` through plain fetch: the smallest application. Imported by the files of the projects. */
const application = `export async function ask(prompt, signal) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
    signal,
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.message);
  return body.choices[0].message.content;
}
`;

/** Makes a project and a provider, hands them to the test, and removes both. */
export async function withProject(
  files: Readonly<Record<string, string>>,
  use: (project: Project) => Promise<void>,
): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reel-vitest-')));
  mkdirSync(join(folder, 'node_modules/@reel'), { recursive: true });
  symlinkSync(vitest, join(folder, 'node_modules/vitest'), 'junction');
  symlinkSync(adapter, join(folder, 'node_modules/@reel/vitest'), 'junction');
  const provider = await startProviders();
  const project: Project = {
    folder,
    provider,
    write(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    run: (mode, ...args) => project.runWith(mode === undefined ? {} : { REEL_MODE: mode }, ...args),
    runWith: (environment, ...args) => runVitest(folder, provider, environment, args),
    cassettes: () =>
      !existsSync(join(folder, 'cassettes'))
        ? []
        : readdirSync(join(folder, 'cassettes'), { recursive: true, encoding: 'utf8' })
            .filter((path) => path.endsWith('.jsonl'))
            .map((path) => `cassettes/${path.replaceAll('\\', '/')}`)
            .toSorted(),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
  };
  project.write({
    'vitest.config.ts': config,
    'ask.js': application,
    'package.json': '{"type":"module"}',
    ...files,
  });
  try {
    await use(project);
  } finally {
    await provider.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function runVitest(
  folder: string,
  provider: Simulator,
  environment: Record<string, string>,
  args: string[],
): Promise<Run> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(REEL_|OPENAI_|VITEST|CI$|NODE_OPTIONS$)/.test(name),
  );
  const reaches =
    environment['REEL_MODE'] !== 'replay' && (environment['REEL_MODE'] !== undefined || args.includes('-u'));
  const child = spawn(process.execPath, [join(vitest, 'vitest.mjs'), 'run', '--root', folder, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(inherited),
      NO_COLOR: '1',
      ...(reaches && {
        OPENAI_API_KEY: 'sk-project-key',
        REEL_UPSTREAMS: Object.entries(provider.upstreams)
          .map((pair) => pair.join('='))
          .join(','),
      }),
      ...environment,
    },
  });
  let output = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: stripVTControlCharacters(output) }));
  });
}
