import { diffWordsWithSpace } from 'diff/lib/diff/word.js';
import { commonPrefix, commonSuffix, textSimilarity } from './similarity.ts';

/** Unchanged text shown around a change, in characters. */
const context = 48;
/** More of one side is never shown. */
const maxShown = 400;
/**
 * Where two texts differ over a longer stretch, in more words, or nearly throughout, a comparison word by word says nothing
 * more; and its cost grows with the square of the edits.
 */
const maxCompared = 12_000;
const maxEdits = 200;
const leastAlike = 0.2;

/** Marks what only one side has, inside a line or as a line of its own. */
export interface DiffMarks {
  removed(text: string): string;
  added(text: string): string;
  removedLine(text: string): string;
  addedLine(text: string): string;
}

export const plainMarks: DiffMarks = {
  removed: (text) => `[-${text}-]`,
  added: (text) => `{+${text}+}`,
  removedLine: (text) => `- ${text}`,
  addedLine: (text) => `+ ${text}`,
};

/** The same in colors, for a terminal. The signs stay: not everybody sees red and green. */
export const colorMarks: DiffMarks = {
  removed: (text) => red(plainMarks.removed(text)),
  added: (text) => green(plainMarks.added(text)),
  removedLine: (text) => red(plainMarks.removedLine(text)),
  addedLine: (text) => green(plainMarks.addedLine(text)),
};

function red(text: string): string {
  return `\u001B[31m${text}\u001B[39m`;
}

function green(text: string): string {
  return `\u001B[32m${text}\u001B[39m`;
}

/**
 * What differs between two texts, as lines to print: one line with the changes in place where the texts are close, a `-` and a
 * `+` line where they are not. Line breaks show as `⏎`. `clean` is applied to the texts before they are cut into words, so
 * that no mark can split what it looks for.
 */
export function diffText(
  recorded: string,
  incoming: string,
  clean: (text: string) => string,
  marks: DiffMarks,
): string[] {
  const cut = cutOut(recorded, incoming);
  const before = clean(cut.recorded);
  const now = clean(cut.incoming);
  if (before === now) return ['differs only in what redaction hides'];
  const isWorthwhile = before.length + now.length <= maxCompared && textSimilarity(before, now) >= leastAlike;
  const words = isWorthwhile ? diffWordsWithSpace(before, now, { maxEditLength: maxEdits }) : undefined;
  const pieces = words === undefined ? undefined : piecesOf(words);
  if (pieces === undefined || !isClose(pieces)) {
    const head = cut.atStart ? '' : '…';
    return [marks.removedLine(head + shorten(before)), marks.addedLine(head + shorten(now))];
  }
  let line = cut.atStart ? '' : '…';
  pieces.forEach((piece, index) => {
    if (piece.removed !== '') line += marks.removed(visible(shorten(piece.removed)));
    if (piece.added !== '') line += marks.added(visible(shorten(piece.added)));
    line += visible(
      shortenUnchanged(piece.same, piece.removed + piece.added !== '', index < pieces.length - 1),
    );
  });
  return [cut.atEnd ? line : `${line}…`];
}

/** A change and the unchanged text after it. */
interface Piece {
  removed: string;
  added: string;
  same: string;
}

/** Changes with only a space between them read better as one. */
function piecesOf(words: readonly { value: string; added: boolean; removed: boolean }[]): Piece[] {
  const pieces: Piece[] = [];
  let piece: Piece = { removed: '', added: '', same: '' };
  for (const { value, added, removed } of words) {
    const isChange = added || removed;
    if (isChange && piece.same !== '') {
      if (piece.removed !== '' && piece.added !== '' && piece.same === ' ') {
        piece.removed += ' ';
        piece.added += ' ';
        piece.same = '';
      } else {
        pieces.push(piece);
        piece = { removed: '', added: '', same: '' };
      }
    }
    if (removed) piece.removed += value;
    else if (added) piece.added += value;
    else piece.same += value;
  }
  pieces.push(piece);
  for (const one of pieces) {
    while (
      one.removed.length > 1 &&
      one.added.length > 1 &&
      one.removed.endsWith(' ') &&
      one.added.endsWith(' ')
    ) {
      one.removed = one.removed.slice(0, -1);
      one.added = one.added.slice(0, -1);
      one.same = ` ${one.same}`;
    }
  }
  return pieces;
}

/** A text on one line and no longer than shown. */
export function shorten(text: string, limit = maxShown): string {
  const line = visible(text);
  return line.length <= limit ? line : `${whole(line.slice(0, limit))}… (${text.length} characters)`;
}

function visible(text: string): string {
  return text.replaceAll('\r\n', '⏎').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
}

interface Cut {
  readonly recorded: string;
  readonly incoming: string;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** The stretch in which two texts differ, with some words around it: the rest of a long prompt is neither cleaned nor compared. */
function cutOut(recorded: string, incoming: string): Cut {
  const prefix = commonPrefix(recorded, incoming);
  const suffix = commonSuffix(recorded, incoming, prefix);
  const start = wordStart(recorded, prefix - context);
  const kept = wordStartFromEnd(recorded, suffix - context);
  return {
    recorded: recorded.slice(start, recorded.length - kept),
    incoming: incoming.slice(start, incoming.length - kept),
    atStart: start === 0,
    atEnd: kept === 0,
  };
}

/** The last white space at or before a position, or that position; 0 near the start. Never inside a surrogate pair. */
function wordStart(text: string, position: number): number {
  if (position <= context) return 0;
  for (let at = position; at > position - context; at--) if (text.charCodeAt(at - 1) <= 0x20) return at;
  return isLowSurrogate(text.charCodeAt(position)) ? position - 1 : position;
}

/** The same from the end: how many characters at the end are left out. */
function wordStartFromEnd(text: string, length: number): number {
  if (length <= context) return 0;
  const from = text.length - length;
  for (let at = from; at < from + context; at++) if (text.charCodeAt(at) <= 0x20) return text.length - at;
  return isLowSurrogate(text.charCodeAt(from)) ? length - 1 : length;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Drops half a surrogate pair at the end of a cut text. */
function whole(text: string): string {
  return text.toWellFormed() === text ? text : text.slice(0, -1);
}

/** Close enough to read the changes in place: few of them, and enough around them that stayed. */
function isClose(pieces: readonly Piece[]): boolean {
  let same = 0;
  let different = 0;
  let changes = 0;
  for (const piece of pieces) {
    same += piece.same.trim().length;
    different += piece.removed.length + piece.added.length;
    if (piece.removed !== '' || piece.added !== '') changes++;
  }
  return changes <= 24 && (same >= different / 4 || changes === 1);
}

function shortenUnchanged(text: string, hasBefore: boolean, hasAfter: boolean): string {
  if (text.length <= 2 * context + 8) return text;
  const head = hasBefore ? whole(text.slice(0, context)) : '';
  const tail = hasAfter ? text.slice(-context).replace(/^[\uDC00-\uDFFF]/, '') : '';
  return `${head} … ${tail}`;
}
