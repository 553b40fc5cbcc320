import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const source = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What one `reel` command showed. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ReelOptions {
  readonly cwd: string;
  /** Added to an environment without `REEL_*`, `CI`, keys of providers and color settings. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the command reads; nothing by default. */
  readonly stdin?: string;
}

/** The environment of a process that knows nothing of the machine's own settings. */
export function cleanEnvironment(
  env: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(REEL_|VITEST|CI$|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$|SSL_CERT_|REQUESTS_CA)|_API_KEY$|_proxy$/i.test(
        name,
      ),
  );
  return { ...Object.fromEntries(kept), ...env };
}

/** Runs `reel` as a process of its own, from its sources (the core is the built one): `reel(['ls', '--json'], { cwd })`. */
export function reel(words: readonly string[], options: ReelOptions): Promise<Ran> {
  return run(process.execPath, ['--disable-warning=ExperimentalWarning', source, ...words], options);
}

/** Runs any command to its end. */
export function run(
  command: string,
  words: readonly string[],
  { cwd, env, stdin }: ReelOptions,
): Promise<Ran> {
  const child = spawn(command, words, { cwd, env: cleanEnvironment(env), stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) }),
    );
  });
}
