import { linesIn, wholeLines } from '../reading/lines.ts';
import type { Recording } from '../reading/recording.ts';

/**
 * The elements of the list under the last key of `path` as texts, each a list of one.
 *
 * The cut is safe: in block style nothing inside an element is indented as little as its dash.
 */
export function* cutList(recording: Recording, path: readonly string[]): Generator<string> {
  const search = new ListSearch(path);
  /** The element that is not yet whole. */
  let pieces: string[] = [];
  for (const text of wholeLines(recording)) {
    let from = 0;
    if (search.list === undefined) {
      from = search.in(text);
      if (search.list === undefined) {
        if (search.isOver) return;
        continue;
      }
    }
    const { dash, end } = search.list;
    const limit = endIn(text, from, end);
    if (pieces.length > 0 && text.startsWith(dash)) {
      yield pieces.join('');
      pieces = [];
    }
    const next = `\n${dash}`;
    for (let at = text.indexOf(next, from); at !== -1 && at < limit; at = text.indexOf(next, from)) {
      yield pieces.join('') + text.slice(from, at + 1);
      pieces = [];
      from = at + 1;
    }
    if (from < limit) pieces.push(text.slice(from, limit));
    if (limit < text.length) break;
  }
  if (pieces.length > 0) yield pieces.join('');
}

interface List {
  /** How the line of each element begins: blanks, a dash, a blank. */
  readonly dash: string;
  /** A line end and then a key that stands no deeper than the key of the list: the list ended before it. */
  readonly end: RegExp;
}

/** Looks for the first line of the list, line by line: what comes before it is short. */
class ListSearch {
  list: List | undefined;
  isOver = false;
  readonly #keyLine: RegExp;
  readonly #isInner: boolean;
  #column: number | undefined;

  constructor(path: readonly string[]) {
    this.#keyLine = new RegExp(`^( *)["']?${path.at(-1)}["']?:\\s*(?:#.*)?$`);
    this.#isInner = path.length > 1;
  }

  /** Where the first element begins, if the list is found. */
  in(text: string): number {
    let at = 0;
    for (const line of linesIn(text, 0)) {
      if (this.#column === undefined) {
        const key = this.#keyLine.exec(line.trimEnd());
        if (key !== null && (this.#isInner || key[1] === '')) this.#column = key[1]!.length;
      } else {
        const dash = /^ *- /.exec(line)?.[0];
        if (dash !== undefined) {
          const other = `\\n {0,${this.#column}}["'A-Za-z_][^\\n]*:`;
          this.list = { dash, end: new RegExp(other, 'g') };
          return at;
        }
        const other = /^( *)["'A-Za-z_][^\n]*:/.exec(line);
        this.isOver = other !== null && other[1]!.length <= this.#column;
        if (this.isOver) break;
      }
      at += line.length;
    }
    return text.length;
  }
}

/** Where the list ends in a text of whole lines, at the latest with the text. */
function endIn(text: string, from: number, end: RegExp): number {
  // A line is found by the end of the one before it, and the first has none.
  end.lastIndex = 0;
  if (from === 0 && end.exec(`\n${linesIn(text, 0).next().value ?? ''}`) !== null) return 0;
  end.lastIndex = from;
  const found = end.exec(text);
  return found === null ? text.length : found.index + 1;
}
