import type { ReelError } from '@reel/core';

/** An error about one file among many, as data. */
export function problemOf({ code, what, fix }: ReelError): { code: string; what: string; fix?: string } {
  return { code, what, ...(fix !== undefined && { fix }) };
}

/** The same in one line; `where` is said beside it. */
export function problemLine({ code, what }: ReelError): string {
  return `${what.split('\n', 1)[0]!} (${code})`;
}
