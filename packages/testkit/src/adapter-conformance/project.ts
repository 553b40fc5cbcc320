import {
  chmodSync,
  cpSync,
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
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startProviders, type Simulator } from '../start-providers.ts';
import { application } from './application.ts';
import type { AdapterDriver, Counts, Layout, RunRequest } from './driver.ts';
import { start, type Finished, type Running } from './run-process.ts';

/** A run that ended. */
export interface Run extends Finished {
  /** As the runner printed them. */
  readonly counts: Counts;
}

/** The part of a receipt that the suite looks at. */
export interface SeenReceipt {
  readonly receipt: 1;
  readonly runner: string;
  readonly mode: string;
  readonly green: boolean;
  readonly partial: readonly string[];
  readonly shard?: string;
  readonly cassettes: Readonly<
    Record<string, { readonly used: readonly number[]; readonly written: boolean; readonly skipped: boolean }>
  >;
  readonly tests: readonly {
    readonly test: string;
    readonly cassette: string;
    readonly outcome: string;
    readonly replayed: number;
    readonly recorded: number;
    readonly misses: readonly { readonly code: string }[];
  }[];
}

export interface ProjectOptions {
  readonly layout?: Layout;
  /** Bodies of test files by stem; the prelude is put in front. */
  readonly tests?: Readonly<Record<string, string>>;
  /** Other files by path, as they are. */
  readonly files?: Readonly<Record<string, string>>;
  /** The Node to run the runner on. Default: the one of this process. */
  readonly node?: string;
  /** A folder and a provider that others own: the project becomes a part of theirs. Default: new ones. */
  readonly within?: { readonly folder: string; readonly provider: Simulator };
}

export interface RunEnvironment extends RunRequest {
  /** `REEL_MODE`. With a mode that may record, a key is set and recording goes to the simulator. */
  readonly mode?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Set the key and the simulator although no mode is given: `-u` does that by itself. */
  readonly hasUpstream?: boolean;
}

/** A throw-away project with a real runner in it. */
export interface Project extends AsyncDisposable {
  readonly folder: string;
  readonly driver: AdapterDriver;
  readonly provider: Simulator;
  /** Runs the runner in a child process, to its end. */
  run(request?: RunEnvironment): Promise<Run>;
  /** Starts the runner and does not wait. */
  start(request?: RunEnvironment): Running;
  /** Runs a line of shell, as a user would in the project's folder; for remedies. */
  shell(line: string): Promise<Finished>;
  /** Writes test files by stem (body only). */
  writeTests(tests: Readonly<Record<string, string>>): void;
  write(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  has(path: string): boolean;
  remove(path: string): void;
  /** Paths of all cassettes below the project, sorted. */
  cassettes(): string[];
  /** Text of every cassette, by path. */
  tapes(): Readonly<Record<string, string>>;
  /** Receipt of the last run. */
  receipt(): SeenReceipt;
  /** Nothing answers any more: what passes now is replayed. */
  goOffline(): Promise<void>;
}

/** Makes a project for one driver. */
export async function createProject(
  driver: AdapterDriver,
  { layout = 'plain', tests = {}, files = {}, node = process.execPath, within }: ProjectOptions = {},
): Promise<Project> {
  const folder = within?.folder ?? realpathSync(mkdtempSync(join(tmpdir(), `reel-${driver.runner}-`)));
  const provider = within?.provider ?? (await startProviders());
  const upstreams = Object.entries(provider.upstreams)
    .map((pair) => pair.join('='))
    .join(',');
  const environment = (
    request: Pick<RunEnvironment, 'mode' | 'env' | 'hasUpstream' | 'updateSnapshots'>,
    more: Readonly<Record<string, string>> = {},
  ): Record<string, string | undefined> => {
    const { mode, env, hasUpstream = mode !== undefined && mode !== 'replay', updateSnapshots } = request;
    return {
      ...inherited(),
      NO_COLOR: '1',
      ...((hasUpstream || updateSnapshots === true) && {
        OPENAI_API_KEY: 'sk-project-key',
        REEL_UPSTREAMS: upstreams,
      }),
      ...(mode !== undefined && { REEL_MODE: mode }),
      ...more,
      ...env,
    };
  };
  const project: Project = {
    folder,
    driver,
    provider,
    start(request = {}) {
      const { argv, env } = driver.command(folder, request);
      return start(node, argv, { cwd: folder, env: environment(request, env) });
    },
    async run(request = {}) {
      const finished = await project.start(request).finished;
      return {
        ...finished,
        get counts() {
          return driver.counts(finished.output);
        },
      };
    },
    shell: (line) =>
      start(line, [], { cwd: folder, env: environment({ hasUpstream: true }), shell: true }).finished,
    writeTests(bodies) {
      for (const [stem, body] of Object.entries(bodies)) {
        const up = stem.includes('/') ? '../'.repeat(stem.split('/').length - 1) : './';
        const isBare = layout === 'setup-missing' && stem === 'without';
        const prelude = (isBare ? driver.preludeWithoutSetup?.(up) : undefined) ?? driver.prelude(up);
        project.write({ [driver.fileName(stem)]: `${prelude}\n${body}\n` });
      }
    },
    write(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    has: (path) => existsSync(join(folder, path)),
    remove: (path) => rmSync(join(folder, path), { recursive: true, force: true }),
    cassettes: () => cassettesIn(folder),
    tapes: () => Object.fromEntries(cassettesIn(folder).map((path) => [path, project.read(path)])),
    receipt: () =>
      JSON.parse(project.read(`node_modules/.cache/reel/receipt-${driver.runner}.json`)) as SeenReceipt,
    goOffline: () => provider.close(),
    async [Symbol.asyncDispose]() {
      if (within !== undefined) return;
      await provider.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  linkPackages(folder, driver, node);
  project.write({
    'ask.js': application(driver.modules),
    'package.json': JSON.stringify({ private: true, ...(driver.modules === 'esm' && { type: 'module' }) }),
    ...driver.files(layout),
    ...files,
  });
  project.writeTests(tests);
  return project;
}

/** The environment without what would speak to the runner or to Reel. */
function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(REEL_|OPENAI_|ANTHROPIC_|VITEST|JEST_|MOCHA_|PLAYWRIGHT_TEST|PW_|CI$|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$|TEST$|npm_)/.test(
          name,
        ),
    ),
  );
}

function linkPackages(folder: string, { packages, copies = {}, bins }: AdapterDriver, node: string): void {
  const modules = join(folder, 'node_modules');
  for (const [name, target] of Object.entries(packages)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(target, join(modules, name), 'junction');
  }
  for (const [name, target] of Object.entries(copies)) {
    for (const part of ['package.json', 'dist'])
      cpSync(join(target, part), join(modules, name, part), { recursive: true });
  }
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const [name, script] of Object.entries(bins)) {
    const file = join(modules, '.bin', name);
    // By the Node of the project, whichever one `npx` runs on.
    writeFileSync(file, `#!/bin/sh\nexec '${node}' '${script}' "$@"\n`);
    chmodSync(file, 0o755);
    writeFileSync(`${file}.cmd`, `@"${node}" "${script}" %*\r\n`);
  }
}

function cassettesIn(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      // `recursive` would follow the links into the real packages.
      if (entry.isDirectory() && entry.name !== 'node_modules') return cassettesIn(folder, path);
      return path.endsWith('.jsonl') ? [path] : [];
    })
    .toSorted();
}
