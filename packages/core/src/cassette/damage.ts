import { ReelError } from '../errors.ts';

/**
 * Errors about cassettes that cannot be read. They name file, line and kind of damage, and never quote the content:
 * a damaged file may hold what redaction would have removed. For the same reason the error of `JSON.parse`, which
 * quotes its input, is never kept as a cause.
 */

export const RESTORE =
  'restore the file from version control (git checkout -- <file>), or delete it and record again (REEL_MODE=record)';

/** `file` or `file:line`, as terminals and editors make it a link. */
function place(where: string, line: number | undefined): string {
  return line === undefined ? where : `${where}:${line}`;
}

export function damaged(where: string, line: number | undefined, what: string, fix = RESTORE): ReelError {
  return new ReelError('REEL_CASSETTE_DAMAGED', {
    what: `The cassette cannot be read: ${what}.`,
    where: place(where, line),
    fix: `${forFile(fix, where)}.`,
  });
}

/** A remedy with the file in its commands, so that they can be run as they are. */
function forFile(fix: string, where: string): string {
  return fix.replaceAll('<file>', () => (/^[\w./\\:@+~-]+$/.test(where) ? where : JSON.stringify(where)));
}

const SHOWN_MARKERS = 8;

export function conflicting(where: string, lines: readonly number[]): ReelError {
  const shown = lines.slice(0, SHOWN_MARKERS).join(', ');
  const rest = lines.length > SHOWN_MARKERS ? ` and ${lines.length - SHOWN_MARKERS} more` : '';
  return new ReelError('REEL_CASSETTE_CONFLICT', {
    what: `The cassette holds unresolved merge conflict markers (line${lines.length === 1 ? '' : 's'} ${shown}${rest}).`,
    where: place(where, lines[0]),
    fix: forFile(
      'take one side whole (git checkout --ours -- <file> or git checkout --theirs -- <file>), then record again what is' +
        ' missing (REEL_MODE=record-if-missing). Mixing lines of both sides by hand breaks the numbering.',
      where,
    ),
  });
}

export function newerVersion(where: string, found: number, known: number): ReelError {
  return new ReelError('REEL_CASSETTE_VERSION', {
    what: `The cassette has format version ${found}; this version of Reel reads up to version ${known}.`,
    where: place(where, 1),
    fix: 'upgrade the @reel packages to the version that wrote it.',
  });
}
