import { compileJsonPaths, type JsonPaths, type Place } from './json-paths.ts';

/** Where a scalar stands in a text: `text.slice(start, end)` is the value as written, quotes included. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  /** Index of the first rule that names it. */
  readonly rule: number;
}

/**
 * The strings, numbers, booleans and nulls of a JSON text that some path names, in the order of the text. A duplicate key
 * is found each time. `undefined` when the text is not JSON; surrounding white space is allowed.
 *
 * Positions and not values, so that a caller can change one value and leave every other byte as it is: white space, key
 * order, the spelling of numbers and escapes are not restored by parsing and writing again.
 */
export function findJsonSpans(
  text: string,
  paths: JsonPaths,
  from = 0,
  to = text.length,
): JsonSpan[] | undefined {
  // The platform's parser is the judge of what is JSON; the walk below may then trust its input.
  try {
    JSON.parse(from === 0 && to === text.length ? text : text.slice(from, to));
  } catch {
    return undefined;
  }
  return new Walk(text, from, to, paths).spans();
}

/** One open array or object. */
interface Level {
  readonly isArray: boolean;
  /** Where the container itself is, from which its children follow. */
  readonly place: Place;
  /** In an array: where its current element is. */
  element: Place | undefined;
  index: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Walks once through a text known to be JSON. An explicit stack instead of recursion: depth is the sender's choice and
 * must not become a stack overflow.
 */
class Walk {
  readonly #text: string;
  readonly #to: number;
  readonly #paths: JsonPaths;
  readonly #found: JsonSpan[] = [];
  readonly #stack: Level[] = [];
  #i: number;

  constructor(text: string, from: number, to: number, paths: JsonPaths) {
    this.#text = text;
    this.#i = from;
    this.#to = to;
    this.#paths = paths;
  }

  spans(): JsonSpan[] {
    let place = this.#paths.root;
    let hasKey = false;
    while (this.#i < this.#to) {
      const code = this.#text.charCodeAt(this.#i);
      switch (code) {
        case 0x2c: // ,
          place = this.#nextElement() ?? place;
          this.#i++;
          continue;
        case 0x20:
        case 0x09:
        case 0x0a:
        case 0x0d:
        case 0x3a: // :
          this.#i++;
          continue;
        case 0x7b: // {
        case 0x5b: // [
          this.#open(code === 0x5b, place);
          break;
        case 0x7d: // }
        case 0x5d: // ]
          this.#stack.pop();
          this.#i++;
          break;
        case QUOTE: {
          const start = this.#i;
          const hasEscapes = this.#skipString();
          const level = this.#stack.at(-1);
          if (level !== undefined && !level.isArray && !hasKey) {
            const key = hasEscapes
              ? (JSON.parse(this.#text.slice(start, this.#i)) as string)
              : this.#text.slice(start + 1, this.#i - 1);
            place = this.#paths.step(level.place, key);
            hasKey = true;
            continue;
          }
          this.#report(place, start);
          break;
        }
        default: {
          const start = this.#i;
          this.#skipLiteral();
          this.#report(place, start);
        }
      }
      // A value, or the opening of one, has been consumed: what follows is a key, an element, or the end.
      hasKey = false;
      place = this.#stack.at(-1)?.element ?? place;
    }
    return this.#found;
  }

  #open(isArray: boolean, place: Place): void {
    const element = isArray ? this.#paths.step(place, '0') : undefined;
    this.#stack.push({ isArray, place, element, index: 0 });
    this.#i++;
  }

  /** Where the next element is; `undefined` in an object, and when all elements of an array are the same to every rule. */
  #nextElement(): Place | undefined {
    const level = this.#stack.at(-1);
    if (!this.#paths.isIndexed || level?.element === undefined) return undefined;
    level.index++;
    level.element = this.#paths.step(level.place, String(level.index));
    return level.element;
  }

  /** Moves past a string; tells whether it has escapes. */
  #skipString(): boolean {
    let hasEscapes = false;
    let i = this.#i + 1;
    for (;;) {
      const code = this.#text.charCodeAt(i);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        hasEscapes = true;
        i++;
      }
      i++;
    }
    this.#i = i + 1;
    return hasEscapes;
  }

  #skipLiteral(): void {
    let i = this.#i;
    for (; i < this.#to; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === 0x2c || code === 0x7d || code === 0x5d || code <= 0x20) break;
    }
    this.#i = i;
  }

  #report({ rule }: Place, start: number): void {
    if (rule !== undefined) this.#found.push({ start, end: this.#i, rule });
  }
}

/** Prepares dot-separated paths: a key or index, `*` for any one of them, `**` for any number of them, none included. */
export function compilePaths(paths: readonly string[]): JsonPaths {
  return compileJsonPaths(paths.map((path) => path.split('.')));
}
