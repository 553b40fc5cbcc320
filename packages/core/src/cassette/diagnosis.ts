import { isUtf8 } from 'node:buffer';
import type { ReelError } from '../errors.ts';
import { conflicting, damaged, RESTORE } from './damage.ts';
import { readLineHead } from './grammar.ts';
import { conflictLines, isConflictMarker } from './scanner.ts';

/**
 * What can be said of a file as a whole, at a cost that does not count beside reading it: the encoding is checked over all
 * bytes (natively), everything else at the two ends.
 */

const NEWLINE = 0x0a;
const HEADER_START = '{"reel":';

/** Why a file is no readable cassette, or `undefined` when nothing is wrong at first sight. */
export function diagnose(bytes: Buffer, where: string): ReelError | undefined {
  if (bytes.length === 0) return damaged(where, undefined, 'the file is empty');
  return wrongEncoding(bytes, where) ?? wrongStart(bytes, where) ?? wrongEnd(bytes, where);
}

const SAVE_AS_UTF8 = `save it as UTF-8 without a byte order mark, or ${RESTORE}`;

function wrongEncoding(bytes: Buffer, where: string): ReelError | undefined {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return damaged(where, 1, 'the file is UTF-16, not UTF-8', SAVE_AS_UTF8);
  }
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return damaged(where, 1, 'the file starts with a byte order mark', SAVE_AS_UTF8);
  }
  if (isUtf8(bytes)) return undefined;
  if (first === 0x1f && second === 0x8b) {
    return damaged(where, undefined, 'the file is gzip-compressed', `unpack it, or ${RESTORE}`);
  }
  return damaged(where, firstLineNotUtf8(bytes), 'the file is not UTF-8', SAVE_AS_UTF8);
}

function firstLineNotUtf8(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
  return line;
}

function wrongStart(bytes: Buffer, where: string): ReelError | undefined {
  const start = bytes.toString('utf8', 0, 256);
  if (start.startsWith(HEADER_START)) return undefined;
  if (isConflictMarker(bytes, 0)) return conflicting(where, conflictLines(bytes));
  if (start.startsWith('version https://git-lfs')) {
    return damaged(
      where,
      1,
      'the file is a Git LFS pointer, its content was not fetched',
      'run `git lfs pull` (in CI: check out with LFS enabled)',
    );
  }
  if (/^[\s\0]*$/.test(start)) {
    return damaged(
      where,
      undefined,
      'the file holds nothing but white space or zeros where the header is due',
    );
  }
  const firstLineEnd = bytes.indexOf(NEWLINE);
  if (readLineHead(bytes, 0, firstLineEnd === -1 ? bytes.length : firstLineEnd) !== undefined) {
    return damaged(where, 1, 'the header line is missing');
  }
  return damaged(where, 1, `the file is not a cassette${guess(start.trimStart())}`);
}

/** What else the file may be, so that a wrong path or a wrong tool is seen at once. */
function guess(start: string): string {
  if (/^(<!doctype|<html)/i.test(start)) return ' but an HTML page';
  if (start.startsWith('<')) return ' but XML or HTML';
  if (/^\{\s*"log"/.test(start)) return ' but looks like a HAR file (reel import reads those)';
  if (/^\{\s+"reel"/.test(start)) return ' in the written form (was it reformatted?)';
  if (/^[{[]/.test(start)) return ' but other JSON (reel import reads the recordings of other tools)';
  if (/^(---|%YAML|http_interactions:|interactions:|version:)/.test(start)) {
    return ' but looks like YAML (reel import reads the recordings of other tools)';
  }
  return '';
}

const TAIL = 64;

function wrongEnd(bytes: Buffer, where: string): ReelError | undefined {
  const last = bytes.length - 1;
  const start = bytes.lastIndexOf(NEWLINE, last - 1) + 1;
  if (isConflictMarker(bytes, start)) return conflicting(where, conflictLines(bytes));
  if (bytes[last] !== NEWLINE) {
    return damaged(
      where,
      lastLine(bytes),
      'the file is cut off: its last line has no line end',
      `${RESTORE}; where only an editor removed the final newline, add it again`,
    );
  }
  if (start === 0) return undefined; // A header and nothing else: a cassette of no interactions.
  const kind = readLineHead(bytes, start, Math.min(last, start + TAIL))?.kind;
  if (kind === 'request' || kind === 'response' || kind === 'chunk') {
    return damaged(
      where,
      lastLine(bytes) - 1,
      'the file is cut off: its last interaction has no "end" or "aborted" line',
    );
  }
  return undefined; // Anything else wrong with the line is better told by the scan.
}

function lastLine(bytes: Buffer): number {
  let line = 1;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) line++;
  return line;
}
