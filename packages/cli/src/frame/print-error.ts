import type { ReelError } from '@reel/core';
import type { Output } from '../output/output.ts';
import { UsageError } from './usage-error.ts';

export interface ErrorContext {
  readonly out: Output;
  readonly isJson: boolean;
  /** Name of the command, where one was found. */
  readonly command: string | undefined;
}

/** Says on stderr what went wrong, and with `--json` on stdout, too. A stack is shown for what can only be a defect of ours. */
export function printError(error: unknown, { out, isJson, command }: ErrorContext): number {
  const { paintNote } = out;
  const title = command === undefined ? 'reel' : `reel ${command}`;
  if (error instanceof UsageError) {
    out.note(`${paintNote.red(title)}: ${error.message}`);
    if (error.fix !== undefined) out.note(`  ${error.fix}`);
    out.note(paintNote.dim(`  help: ${title} --help`));
  } else if (isReelError(error) || isSystemError(error)) {
    out.note(isReelError(error) ? error.message : `${paintNote.red(title)}: ${(error as Error).message}`);
  } else {
    out.note(
      `${paintNote.red(title)}: this is a defect of Reel's\n${error instanceof Error ? error.stack : String(error)}`,
    );
  }
  if (isJson) out.json({ error: errorDocument(error) });
  return error instanceof UsageError ? error.exitCode : 2;
}

function errorDocument(error: unknown): Record<string, string> {
  if (isReelError(error)) {
    const { code, what, where, fix } = error;
    return { code, what, ...(where !== undefined && { where }), ...(fix !== undefined && { fix }) };
  }
  const what = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) {
    return { code: 'usage', what, ...(error.fix !== undefined && { fix: error.fix }) };
  }
  return { code: (isSystemError(error) && error.code) || 'defect', what };
}

/** As `isReelError` of the core, which is not loaded for an unknown option. */
function isReelError(error: unknown): error is ReelError {
  return typeof error === 'object' && error !== null && Symbol.for('reel.error') in error;
}

/** A file that is not there, a port that is taken: the message says it all. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
