import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** Added to an environment that knows nothing of Reel, of CI, of keys and of proxies. */
  readonly env?: Readonly<Record<string, string>>;
  /** Show what it prints while it runs. Default `false`. */
  readonly echo?: boolean;
}

/** Runs a program to its end. */
export function runProgram(
  command: string,
  words: readonly string[],
  options: ProgramOptions,
): Promise<Ended> {
  const { cwd, env, echo = false } = options;
  const child = spawn(command, words, {
    cwd,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
    if (echo) process.stdout.write(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (echo) process.stderr.write(text);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, output }));
  });
}

function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(REEL_|VITEST|CI$|GITHUB_|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$)|_API_KEY$|_proxy$/i.test(name),
    ),
  );
}
