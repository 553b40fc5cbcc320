import { conflicting, damaged } from './damage.ts';
import { nextState, readLineHead, type LineKind, type State } from './grammar.ts';

const NEWLINE = 0x0a;

/** Byte range of the lines of one interaction, and the line it starts at (counting from 1). */
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/**
 * Finds where each interaction stands in a cassette, as far into the file as it is asked to go. Looks at the first bytes
 * of each line only; what a line says is read when the interaction is.
 */
export class SectionScanner {
  readonly #bytes: Buffer;
  readonly #where: string;
  // Two numbers per interaction: a section ends where the next one starts.
  readonly #starts: number[] = [];
  readonly #lines: number[] = [];
  /** First byte, and number of the line, that is not part of a section yet. */
  #position: number;
  #line: number;

  /** `start` is the first byte after the header line. */
  constructor(bytes: Buffer, start: number, where: string) {
    this.#bytes = bytes;
    this.#where = where;
    this.#position = start;
    this.#line = 2;
  }

  /** The section at a position, or `undefined` past the last. Throws when the structure is damaged on the way there. */
  sectionAt(index: number): Section | undefined {
    while (this.#starts.length <= index) if (!this.#scanNext()) return undefined;
    return {
      start: this.#starts[index]!,
      end: this.#starts[index + 1] ?? this.#position,
      line: this.#lines[index]!,
    };
  }

  /** Number of sections in the file. */
  count(): number {
    while (this.#scanNext());
    return this.#starts.length;
  }

  /** Takes in one more interaction. Nothing is kept of one that is damaged, so asking again fails again. */
  #scanNext(): boolean {
    const bytes = this.#bytes;
    if (this.#position >= bytes.length) return false;
    const number = this.#starts.length + 1;
    let state: State = 'between';
    let position = this.#position;
    let line = this.#line;
    do {
      if (position >= bytes.length) throw this.#unfinished(number);
      const newline = bytes.indexOf(NEWLINE, position);
      if (newline === -1) throw damaged(this.#where, line, 'the file is cut off in the middle of a line');
      const head = readLineHead(bytes, position, newline);
      if (head === undefined) throw unknownLine(bytes, position, newline, this.#where, line);
      const next = nextState(state, head.kind);
      if (next === undefined) throw this.#misplaced(head.kind, state, number, line);
      if (head.number !== number) {
        throw damaged(
          this.#where,
          line,
          `a "${head.kind}" line is numbered ${head.number} where ${number} is due (a line was lost, moved or doubled)`,
        );
      }
      state = next;
      position = newline + 1;
      line++;
    } while (state !== 'between');
    this.#starts.push(this.#position);
    this.#lines.push(this.#line);
    this.#position = position;
    this.#line = line;
    return true;
  }

  #unfinished(number: number): Error {
    return damaged(
      this.#where,
      this.#line,
      `the file is cut off: interaction ${number}, which starts here, has no ${this.#isSocket() ? '"closed"' : '"end" or "aborted"'} line`,
    );
  }

  #isSocket(): boolean {
    return readLineHead(this.#bytes, this.#position, this.#bytes.length)?.kind === 'socket';
  }

  #misplaced(kind: LineKind, state: State, number: number, line: number): Error {
    const context =
      state === 'between'
        ? `a "${kind}" line stands where a "request" or "socket" line is due`
        : `a "${kind}" line stands inside interaction ${number}, which is not finished`;
    return damaged(this.#where, line, `${context} (a line was lost, moved or doubled)`);
  }
}

/** Says what kind of text a line is that no cassette has. */
export function unknownLine(bytes: Buffer, start: number, end: number, where: string, line: number): Error {
  if (isConflictMarker(bytes, start)) return conflicting(where, conflictLines(bytes));
  const text = bytes.toString('latin1', start, Math.min(end, start + 64)).trim();
  if (text === '') return damaged(where, line, 'a line is blank');
  if (text.startsWith('{"reel":')) return damaged(where, line, 'a second header line stands inside the file');
  if (/^\s*\{\s+"/.test(text) || text === '{') {
    return damaged(
      where,
      line,
      'a line is not in the written form (was the file reformatted?)',
      'restore the file from version control and keep formatters away from *.jsonl',
    );
  }
  return damaged(where, line, 'a line begins with none of the known keys');
}

const MARKERS = new Set([0x3c, 0x3d, 0x3e, 0x7c]); // < = > |
const MARKER_LENGTH = 7;

/** Whether a line starts as the markers do that version control leaves: seven of one sign. */
export function isConflictMarker(bytes: Buffer, start: number): boolean {
  const sign = bytes[start];
  if (sign === undefined || !MARKERS.has(sign)) return false;
  for (let i = 1; i < MARKER_LENGTH; i++) if (bytes[start + i] !== sign) return false;
  return true;
}

/** Numbers of all lines that are conflict markers. */
export function conflictLines(bytes: Buffer): number[] {
  const lines: number[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    if (isConflictMarker(bytes, start)) lines.push(line);
    const newline = bytes.indexOf(NEWLINE, start);
    if (newline === -1) break;
    start = newline + 1;
  }
  return lines;
}
