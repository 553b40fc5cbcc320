const quote = 0x22;
const backslash = 0x5c;

/** What a byte outside of strings means; most mean nothing here. */
const nothing = 0;
const blank = 1;
const opening = 2;
const closing = 3;
const other = 4;
const kinds = new Uint8Array(256);
for (const byte of Buffer.from(' \n\r\t')) kinds[byte] = blank;
for (const byte of Buffer.from('{[')) kinds[byte] = opening;
for (const byte of Buffer.from('}]')) kinds[byte] = closing;
for (const byte of Buffer.from('",:')) kinds[byte] = other;

/** Bytes of a string that are looked at one by one; after that, asking for the next quote is faster. */
const shortString = 32;

const longestKey = 1024;

/**
 * Finds the elements of one array in a JSON text that comes in blocks, without parsing anything: it follows strings, brackets
 * and the keys that lead to the array.
 */
export class ArrayScanner {
  /** Whether the array was seen to its end. */
  isDone = false;
  readonly #path: readonly string[];
  /** The keys of the open objects, `undefined` for arrays. */
  readonly #keys: (string | undefined)[] = [];
  #inString = false;
  #isEscaped = false;
  /** The string that may be a key on the way to the array. */
  #string: Uint8Array[] | undefined;
  #stringLength = 0;
  #lastString = '';
  /** Depth of the brackets when inside the array's elements; 0 outside. */
  #arrayDepth = 0;
  #element: Uint8Array[] = [];
  #hasElement = false;

  constructor(path: readonly string[]) {
    this.#path = path;
  }

  /** Elements that end in this block. */
  *feed(block: Uint8Array): Generator<Uint8Array> {
    if (this.isDone) return;
    let start = this.#hasElement ? 0 : -1;
    let at = this.#inString ? this.#throughString(block, 0) : 0;
    for (; at < block.byteLength; at++) {
      const byte = block[at]!;
      const kind = kinds[byte];
      if (kind === blank || (kind === nothing && start !== -1)) continue;
      const isBetween = this.#arrayDepth > 0 && this.#keys.length === this.#arrayDepth;
      if (isBetween && (byte === 0x2c || byte === 0x5d)) {
        if (this.#hasElement) {
          this.#element.push(block.slice(start, at));
          yield this.#take();
        }
        start = -1;
        if (byte === 0x2c) continue;
        this.isDone = true;
        return;
      }
      if (isBetween && start === -1) {
        start = at;
        this.#hasElement = true;
      }
      if (byte === quote) {
        this.#inString = true;
        this.#string = this.#arrayDepth === 0 ? [] : undefined;
        this.#stringLength = 0;
        at = this.#throughString(block, at + 1) - 1;
      } else {
        this.#bracket(byte, kind!);
      }
    }
    if (this.#hasElement && start !== -1) this.#element.push(block.slice(start));
  }

  #take(): Uint8Array {
    const whole = this.#element.length === 1 ? this.#element[0]! : Buffer.concat(this.#element);
    this.#element = [];
    this.#hasElement = false;
    return whole;
  }

  /** Returns where the text after the string begins, or the end of the block. */
  #throughString(block: Uint8Array, from: number): number {
    let at = from;
    // What stands after a backslash ends no string.
    if (this.#isEscaped && at < block.byteLength) at++;
    this.#isEscaped = false;
    const soon = Math.min(block.byteLength, at + shortString);
    for (; at < soon; at++) {
      const byte = block[at]!;
      if (byte === quote) return this.#endString(block, from, at);
      if (byte === backslash) at++;
    }
    // From here on only quotes are looked for, and at each how many backslashes stand before it.
    const plainFrom = at;
    while (at < block.byteLength) {
      const end = block.indexOf(quote, at);
      const stop = end === -1 ? block.byteLength : end;
      let slashes = 0;
      while (stop - 1 - slashes >= plainFrom && block[stop - 1 - slashes] === backslash) slashes++;
      const isEscaped = slashes % 2 === 1;
      if (end === -1) {
        this.#isEscaped = isEscaped;
        at = stop;
      } else if (isEscaped) {
        at = end + 1;
      } else {
        return this.#endString(block, from, end);
      }
    }
    // One past the end: the byte after a backslash is in the next block.
    if (at > block.byteLength) this.#isEscaped = true;
    this.#keep(block.slice(from));
    return block.byteLength;
  }

  #endString(block: Uint8Array, from: number, end: number): number {
    this.#inString = false;
    if (this.#string !== undefined) {
      this.#keep(block.subarray(from, end));
      this.#lastString = Buffer.concat(this.#string).toString('utf8');
      this.#string = undefined;
    }
    return end + 1;
  }

  /** Keys are short; what is longer is a value. */
  #keep(piece: Uint8Array): void {
    if (this.#string === undefined || this.#stringLength > longestKey) return;
    this.#string.push(piece);
    this.#stringLength += piece.byteLength;
  }

  #bracket(byte: number, kind: number): void {
    if (kind === opening) {
      const isWanted =
        this.#arrayDepth === 0 &&
        byte === 0x5b &&
        this.#keys.length === this.#path.length &&
        this.#path.every((key, index) => this.#keys[index] === key);
      this.#keys.push(undefined);
      if (isWanted) this.#arrayDepth = this.#keys.length;
    } else if (kind === closing) {
      this.#keys.pop();
    } else if (byte === 0x3a && this.#arrayDepth === 0 && this.#keys.length > 0) {
      this.#keys[this.#keys.length - 1] = this.#lastString;
    }
  }
}
