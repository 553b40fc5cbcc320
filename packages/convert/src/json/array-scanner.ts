const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);
const comma = 0x2c;
const colon = 0x3a;
const space = new Set([0x20, 0x0a, 0x0d, 0x09]);

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
  #string: number[] | undefined;
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
    let start = this.#hasElement ? 0 : -1;
    for (let at = 0; at < block.byteLength; at++) {
      if (this.isDone) return;
      if (this.#inString) {
        at = this.#throughString(block, at);
        continue;
      }
      const byte = block[at]!;
      if (byte === quote) {
        this.#inString = true;
        this.#string = this.#arrayDepth === 0 ? [] : undefined;
      }
      const isBetween = this.#arrayDepth > 0 && this.#keys.length === this.#arrayDepth;
      if (isBetween && (byte === comma || byte === 0x5d)) {
        if (this.#hasElement) {
          this.#element.push(block.slice(start, at));
          yield this.#take();
        }
        start = -1;
        if (byte === 0x5d) this.isDone = true;
        continue;
      }
      if (isBetween && start === -1 && !space.has(byte)) {
        start = at;
        this.#hasElement = true;
      }
      this.#bracket(byte);
    }
    if (this.#hasElement && start !== -1) this.#element.push(block.slice(start));
  }

  #take(): Uint8Array {
    const whole = Buffer.concat(this.#element);
    this.#element = [];
    this.#hasElement = false;
    return whole;
  }

  /** Returns the offset of the last byte that belongs to the string, or the end of the block. */
  #throughString(block: Uint8Array, from: number): number {
    for (let at = from; at < block.byteLength; at++) {
      const byte = block[at]!;
      if (this.#isEscaped) {
        this.#isEscaped = false;
      } else if (byte === backslash) {
        this.#isEscaped = true;
      } else if (byte === quote) {
        this.#inString = false;
        if (this.#string !== undefined) this.#lastString = Buffer.from(this.#string).toString('utf8');
        return at;
      }
      // Keys are short; what is longer is a value.
      if (this.#string !== undefined && this.#string.length < 64) this.#string.push(byte);
    }
    return block.byteLength;
  }

  #bracket(byte: number): void {
    if (byte === colon && this.#arrayDepth === 0 && this.#keys.length > 0) {
      this.#keys[this.#keys.length - 1] = this.#lastString;
    } else if (opening.has(byte)) {
      const isWanted =
        this.#arrayDepth === 0 &&
        byte === 0x5b &&
        this.#keys.length === this.#path.length &&
        this.#path.every((key, index) => this.#keys[index] === key);
      this.#keys.push(undefined);
      if (isWanted) this.#arrayDepth = this.#keys.length;
    } else if (closing.has(byte)) {
      this.#keys.pop();
    }
  }
}
