import { mayHoldId } from './generated-id.ts';

/**
 * The strings that stood at one place of successive events, joined: the deltas of a text. Kept of it are only the tokens that a cut
 * between two of them went through, for an id over a cut is in one of these.
 */
export class Strand {
  readonly tokens: string[] = [];
  readonly #bytes: Uint8Array;
  /** Where the first stood, and what it was. */
  #start = 0;
  #end = 0;
  #first = '';
  #count = 0;
  /** Whether it is followed: it has been short once, or has changed. */
  #grows = false;
  /** The token at the end of what was joined so far. */
  #token = '';
  #isCut = false;

  /** @param bytes of the body that the strings are in */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** {@link add}s a string as written; `false` when it is not the one that has always been here, and so nothing was done. */
  repeats(start: number, end: number): boolean {
    const length = this.#end - this.#start;
    if (this.#grows || this.#count === 0 || end - start !== length) return false;
    const bytes = this.#bytes;
    for (let a = start, b = this.#start; a < end; a++, b++) if (bytes[a] !== bytes[b]) return false;
    this.#count++;
    return true;
  }

  add(value: string, start: number, end: number): void {
    this.#count++;
    if (this.#count === 1) {
      this.#first = value;
      this.#start = start;
      this.#end = end;
    }
    // A long string that is in all events (an id, a model) is no delta; `splitIdEdits` holds it so too.
    if (!this.#grows) {
      if (value === this.#first && value.length >= shortestConstant) return;
      this.#grows = true;
      for (let repeated = 1; repeated < this.#count; repeated++) this.#extend(this.#first);
    }
    this.#extend(value);
  }

  /** After the last. */
  end(): void {
    if (this.#isCut) this.#keep(this.#token);
  }

  #extend(value: string): void {
    if (value === '') return;
    let head = 0;
    while (head < value.length && isTokenCharacter[value.charCodeAt(head)] === 1) head++;
    if (head === value.length) {
      this.#isCut ||= this.#token !== '';
      this.#token += value;
      return;
    }
    if (this.#token !== '' && (this.#isCut || head > 0)) this.#keep(this.#token + value.slice(0, head));
    let tail = value.length;
    while (isTokenCharacter[value.charCodeAt(tail - 1)] === 1) tail--;
    this.#token = value.slice(tail);
    this.#isCut = false;
  }

  #keep(token: string): void {
    if (mayHoldId(token)) this.tokens.push(token);
  }
}

/** Of strings that are the same each time, shorter ones may be deltas all the same. */
const shortestConstant = 8;

/** Those that ids are made of, and the backslash: what stands before an id may be the end of an escape. */
const isTokenCharacter = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/+=|~@%\\')
  isTokenCharacter[character.charCodeAt(0)] = 1;
