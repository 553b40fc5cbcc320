import picocolors from 'picocolors';
import { usesColor } from './color.ts';
import { createProgress, noProgress, type Progress } from './progress.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** What a command prints with. Results go to stdout, everything about the work itself to stderr. */
export interface Output {
  /** A line (or several) of the result, on stdout. */
  print(text: string): void;
  /** The result under `--json`: one document on stdout. */
  json(value: unknown): void;
  /** A line (or several) about the work, on stderr: summaries, warnings. */
  note(text: string): void;
  /** Colors for what {@link print} gets. Functions that change nothing when stdout has no color. */
  readonly paint: Colors;
  /** Colors for what {@link note} gets. */
  readonly paintNote: Colors;
  /** Whether somebody is there to be asked: stdin and stdout are terminals. */
  readonly isInteractive: boolean;
  /** Columns of stdout's terminal; `undefined` when it is none: do not cut lines then. */
  readonly columns: number | undefined;
  /**
   * A bar on stderr for work of `total` steps. Draws nothing unless stderr is a terminal and the work takes longer than a moment.
   * @param label what is done: `checking`.
   */
  progress(label: string, total: number): Progress;
}

export function createOutput(env: Readonly<Record<string, string | undefined>>): Output {
  const { stdout, stderr, stdin } = process;
  // `reel ls | head` closes the pipe early, which is no error of anybody's.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
  return {
    print: (text) => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    paint: picocolors.createColors(usesColor(stdout, env)),
    paintNote: picocolors.createColors(usesColor(stderr, env)),
    isInteractive: stdin.isTTY === true && stdout.isTTY === true,
    columns: stdout.isTTY ? stdout.columns : undefined,
    progress: (label, total) =>
      stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI']
        ? createProgress(stderr, label, total)
        : noProgress,
  };
}
