import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Minutes after which the command and everything it started is killed; default 10. */
  readonly limitMinutes?: number;
}

export interface CommandResult {
  readonly ok: boolean;
  /** Standard output and error as they came; the last 512 KiB. */
  readonly output: string;
  /** Why it is not ok, in words: an exit code, a signal, the time limit. Empty when it is. */
  readonly reason: string;
}

const outputLimit = 512 * 1024;
const running = new Set<ChildProcess>();

/**
 * Runs a shell command line to its end with its output captured and no input. Whatever it started ends with it:
 * a server that a test left behind must not outlive the run.
 */
export async function runCommand(line: string, options: CommandOptions): Promise<CommandResult> {
  const { cwd, env = process.env, limitMinutes = 10 } = options;
  const isWindows = process.platform === 'win32';
  // A group of its own can be killed as one. Windows has no groups; there only the command itself is killed.
  const child = spawn(line, {
    cwd,
    env,
    shell: true,
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-outputLimit);
    });
  }
  const closed = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<string>();
  child.on('close', () => closed.resolve());
  child.on('error', (error) => exited.resolve(`did not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    const reason = signal === null ? `exit code ${code}` : `killed by ${signal}`;
    exited.resolve(code === 0 ? '' : reason);
  });
  const clock = new AbortController();
  const limit = delay(limitMinutes * 60_000, `no end after ${limitMinutes} minutes`, {
    signal: clock.signal,
  });

  const reason = await Promise.race([exited.promise, limit]);
  killGroup(child);
  clock.abort();
  limit.catch(() => {});
  // The pipes close when the last holder is gone; a holder that left the group may keep them for ever.
  await Promise.race([closed.promise, delay(1000, undefined, { ref: false })]);
  running.delete(child);
  return { ok: reason === '', output, reason };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // Gone already, which is what is wanted.
  }
}

/** From now on an interrupted process takes the commands it started with it. */
export function stopCommandsOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const child of running) killGroup(child);
      process.exit(128 + constants.signals[signal]);
    });
  }
}
