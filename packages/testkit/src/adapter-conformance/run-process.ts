import { spawn, type ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** What a process showed. */
export interface Finished {
  readonly code: number;
  /** Both streams, without colors. */
  readonly output: string;
}

/** A process under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** The output so far. */
  output(): string;
  /** Resolves when the output from `since` on matches; rejects when the process ends or the time is over without it. */
  until(pattern: RegExp, since?: number): Promise<void>;
  /** Kills the process and all it started, at once. */
  kill(): void;
}

export interface ProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly shell?: boolean;
}

/** How long to wait for a word in the output, in milliseconds. */
const patience = 30_000;

export function start(command: string, argv: readonly string[], options: ProcessOptions): Running {
  const isGroup = process.platform !== 'win32';
  const child = spawn(command, [...argv], {
    ...options,
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its workers can be killed with it.
    detached: isGroup,
  });
  let text = '';
  const listeners = new Set<() => void>();
  const take = (piece: Buffer): void => {
    text += piece.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const output = (): string => stripVTControlCharacters(text);
  let isDone = false;
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      isDone = true;
      for (const listener of listeners) listener();
      resolve({ code: code ?? 1, output: output() });
    });
  });
  return {
    child,
    finished,
    output,
    until: (pattern, since = 0) =>
      new Promise((resolve, reject) => {
        const settle = (error?: Error): void => {
          clearTimeout(timer);
          listeners.delete(look);
          if (error === undefined) resolve();
          else reject(error);
        };
        const look = (): void => {
          if (pattern.test(output().slice(since))) settle();
          else if (isDone) settle(new Error(`the process ended without ${pattern}:\n${output()}`));
        };
        const timer = setTimeout(
          () => settle(new Error(`no ${pattern} within ${patience} ms:\n${output()}`)),
          patience,
        );
        listeners.add(look);
        look();
      }),
    kill: () => {
      if (isDone || child.pid === undefined) return;
      try {
        process.kill(isGroup ? -child.pid : child.pid, 'SIGKILL');
      } catch {
        // Gone a moment ago.
      }
    },
  };
}
