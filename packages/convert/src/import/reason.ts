import type { Redactor } from '@reel/core/engine';
import { isReelError } from '@reel/core';
import { Unreadable } from '../reading/body.ts';
import { TooLarge } from '../reading/recording.ts';

/** Why a file cannot be imported, in words that quote nothing of it. */
export function reasonOf(error: unknown, redactor: Redactor, maxBytes: number): string {
  if (error instanceof Unreadable) return error.message;
  if (error instanceof TooLarge)
    return `it is larger than ${Math.round(maxBytes / 1e6)} MB (--max-size raises the limit)`;
  if (isReelError(error))
    return redactor.text(
      `${error.what}${error.where === undefined ? '' : ` (${error.where.split('\n')[0]})`}`,
    );
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string')
    return code.startsWith('Z_') ? 'its compression is damaged' : `it cannot be read (${code})`;
  // Whatever it is, it must not stop the other files, and its message may quote the file.
  return `it cannot be read (${error instanceof Error ? error.name : 'unknown error'})`;
}
