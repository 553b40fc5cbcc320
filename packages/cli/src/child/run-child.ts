import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import spawn from 'cross-spawn';
import { UsageError } from '../frame/usage-error.ts';

export interface ChildOptions {
  readonly cwd: string;
  /** The whole environment of the child. A variable that is `undefined` is not set. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the child's stdout goes. `stderr` keeps ours free for one JSON document. Default `inherit`. */
  readonly stdout?: 'inherit' | 'stderr';
  /** Stops the child: it gets SIGTERM. */
  readonly signal?: AbortSignal;
}

/** How a child ended. */
export interface ChildResult {
  /** Its exit code; 128 and the signal's number when a signal ended it, as shells have it. */
  readonly code: number;
  readonly signal?: NodeJS.Signals;
}

/** The child could not be started. The exit code is what a shell gives: 127 not found, 126 found and not executable. */
export class CannotRun extends UsageError {
  override readonly name: string = 'CannotRun';
  override readonly exitCode: 126 | 127;

  constructor(code: 126 | 127, what: string, fix: string) {
    super(what, fix);
    this.exitCode = code;
  }
}

/**
 * Runs a command with our terminal, and waits for its end. Signals that reach us go on to it, so that it ends as it wants to; what it
 * does not know, on any platform (`npx`, `.cmd` files, shebangs), cross-spawn does.
 * @throws CannotRun
 */
export function runChild(
  [command = '', ...words]: readonly string[],
  { cwd, env, stdout = 'inherit', signal }: ChildOptions,
): Promise<ChildResult> {
  const child = spawn(command, words, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    stdio: ['inherit', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
  });
  const stopForwarding = forwardSignals(child);
  const stop = (): void => void child.kill('SIGTERM');
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return new Promise<ChildResult>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(cannotRun(command, cwd, error)));
    child.once('exit', (code, ended) => {
      resolve(
        ended === null ? { code: code ?? 1 } : { code: 128 + (constants.signals[ended] ?? 0), signal: ended },
      );
    });
  }).finally(() => {
    stopForwarding();
    signal?.removeEventListener('abort', stop);
  });
}

/** Until the child has ended, signals are its business. Returns the undo. */
function forwardSignals(child: ChildProcess): () => void {
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const handler = (): void => {
      // Ctrl-C reaches everybody at the terminal: a second SIGINT makes most runners stop at once, without their reports.
      if (name !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(name);
    };
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return () => {
    for (const undo of handlers) undo();
  };
}

function cannotRun(command: string, cwd: string, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EACCES') {
    return new CannotRun(
      126,
      `${command} cannot be executed`,
      'make it executable, or name its interpreter: node, python',
    );
  }
  if (error.code !== 'ENOENT') return error;
  if (!existsSync(cwd)) return new CannotRun(127, `there is no folder ${cwd}`, 'run it from one that exists');
  return new CannotRun(
    127,
    `there is no command ${JSON.stringify(command)}`,
    isLocalBinary(command, cwd)
      ? `it is installed in this project: write npx ${command}`
      : 'check its spelling, and that it is installed and on the PATH',
  );
}

function isLocalBinary(command: string, cwd: string): boolean {
  if (/[/\\]/.test(command)) return false;
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules/.bin', command))) return true;
    if (dirname(folder) === folder) return false;
  }
}
