import type { Shape, ShapeTree } from './shape.ts';

/** Is told of what a walk comes across. Positions are in the whole text; what a document had is void when it turns out to be none. */
export interface JsonVisitor {
  /**
   * An object that is not empty.
   * @param owner the number of the object around it; 0 when there is none
   * @returns its own number, given as owner of what is in it
   */
  object(shape: Shape, owner: number): number;
  key(shape: Shape, owner: number): void;
  string(shape: Shape, owner: number, depth: number, start: number, end: number, hasEscapes: boolean): void;
  /** A number, boolean or null. */
  literal(shape: Shape, owner: number, start: number, end: number): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Walks once through a text and tells at its end whether it was JSON, by RFC 8259 to the letter, as `JSON.parse` does. On bytes and not
 * on a parsed value, because what is changed afterwards are bytes; with a stack of its own: depth is the sender's choice and
 * must not become a stack overflow.
 */
export class JsonWalk {
  readonly #bytes: Uint8Array;
  /** The same as byte text. */
  readonly #text: string;
  readonly #tree: ShapeTree;
  readonly #visitor: JsonVisitor;
  /** Of the open objects and arrays. */
  readonly #shapes: Shape[] = [];
  readonly #owners: number[] = [];
  readonly #areArrays: boolean[] = [];
  /** Which element of the array. */
  readonly #indices: number[] = [];
  /** Where the value of the key begins that was read last. */
  #at = 0;

  constructor(bytes: Uint8Array, text: string, tree: ShapeTree, visitor: JsonVisitor) {
    this.#bytes = bytes;
    this.#text = text;
    this.#tree = tree;
    this.#visitor = visitor;
  }

  /** Whether there is exactly one JSON value, with white space around it. */
  walk(from: number, to: number): boolean {
    const bytes = this.#bytes;
    const visitor = this.#visitor;
    const { isIndexed } = this.#tree;
    let shape: Shape = this.#tree.root;
    let owner = 0;
    let depth = 0;
    let at = from;
    for (;;) {
      // A value begins.
      while (at < to && isSpace(bytes[at]!)) at++;
      if (at >= to) return false;
      const code = bytes[at]!;
      if (code === QUOTE) {
        const start = at;
        let hasEscapes = false;
        for (at++; ; at++) {
          if (at >= to) return false;
          const character = bytes[at]!;
          // Most characters are known by one comparison.
          if (character > BACKSLASH) continue;
          if (character === QUOTE) break;
          if (character < 0x20) return false;
          if (character !== BACKSLASH) continue;
          hasEscapes = true;
          const length = escapeLength(bytes, at, to);
          if (length === 0) return false;
          at += length - 1;
        }
        at++;
        visitor.string(shape, owner, depth, start, at, hasEscapes);
      } else if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
        const isArray = code === 0x5b;
        at++;
        while (at < to && isSpace(bytes[at]!)) at++;
        if (at >= to) return false;
        if (bytes[at] === code + 2 /* ] } */) {
          at++;
        } else {
          this.#shapes[depth] = shape;
          this.#owners[depth] = owner;
          this.#areArrays[depth] = isArray;
          this.#indices[depth] = 0;
          if (isArray) {
            depth++;
            shape = this.#tree.element(shape, 0);
          } else {
            owner = visitor.object(shape, owner);
            depth++;
            const key = this.#key(shape, shape.first, true, at, to);
            if (key === undefined) return false;
            visitor.key(key, owner);
            at = this.#at;
            shape = key;
          }
          continue;
        }
      } else {
        const start = at;
        at = literalEnd(bytes, at, to);
        if (at === start) return false;
        visitor.literal(shape, owner, start, at);
      }
      // A value has ended: what follows is the next one, or the end of what it is in.
      for (;;) {
        while (at < to && isSpace(bytes[at]!)) at++;
        if (depth === 0) return at === to;
        if (at >= to) return false;
        const code = bytes[at++]!;
        const isArray = this.#areArrays[depth - 1]!;
        const around = this.#shapes[depth - 1]!;
        if (code === 0x2c /* , */) {
          if (isArray) {
            // Otherwise they are all at the place of the one before.
            if (isIndexed) shape = this.#tree.element(around, ++this.#indices[depth - 1]!);
          } else {
            while (at < to && isSpace(bytes[at]!)) at++;
            const key = this.#key(around, shape, false, at, to);
            if (key === undefined) return false;
            visitor.key(key, owner);
            at = this.#at;
            shape = key;
          }
          break;
        }
        if (code !== (isArray ? 0x5d : 0x7d)) return false;
        depth--;
        shape = around;
        owner = this.#owners[depth]!;
      }
    }
  }

  /**
   * The shape of a key, and its colon consumed; `undefined` when it is none.
   * @param before when it is the first: what was first the last time. Otherwise the key before it.
   */
  #key(
    around: Shape,
    before: Shape | undefined,
    isFirst: boolean,
    from: number,
    to: number,
  ): Shape | undefined {
    const bytes = this.#bytes;
    const likely = isFirst ? before : before!.next;
    let key = likely;
    let at = from;
    if (likely !== undefined && isQuotedAt(bytes, likely.key, from, to)) {
      at += likely.key.length + 2;
    } else {
      if (at >= to || bytes[at] !== QUOTE) return undefined;
      let hasEscapes = false;
      for (at++; ; at++) {
        if (at >= to) return undefined;
        const character = bytes[at]!;
        if (character > BACKSLASH) continue;
        if (character === QUOTE) break;
        if (character < 0x20) return undefined;
        if (character !== BACKSLASH) continue;
        hasEscapes = true;
        const length = escapeLength(bytes, at, to);
        if (length === 0) return undefined;
        at += length - 1;
      }
      at++;
      const written = this.#text.slice(from + 1, at - 1);
      key = this.#tree.inner(around, hasEscapes ? (JSON.parse(`"${written}"`) as string) : written);
      // A key with escapes is not found by its bytes, and one that stands for others not at all.
      if (!hasEscapes && !key.isRest && !around.isRest) {
        if (isFirst) around.first = key;
        else before!.next = key;
      }
    }
    while (at < to && isSpace(bytes[at]!)) at++;
    if (at >= to || bytes[at] !== 0x3a /* : */) return undefined;
    this.#at = at + 1;
    return key;
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Whether a key stands at a place, in its quotes. */
function isQuotedAt(bytes: Uint8Array, key: string, at: number, to: number): boolean {
  const { length } = key;
  if (at + length + 2 > to || bytes[at] !== QUOTE || bytes[at + length + 1] !== QUOTE) return false;
  for (let index = 0; index < length; index++)
    if (bytes[at + 1 + index] !== key.charCodeAt(index)) return false;
  return true;
}

/** How long the escape at a backslash is; 0 when it is none. */
function escapeLength(bytes: Uint8Array, at: number, to: number): number {
  if (at + 1 >= to) return 0;
  switch (bytes[at + 1]) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2;
    case 0x75: // u
      if (at + 6 > to) return 0;
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(bytes[digit]!)) return 0;
      return 6;
    default:
      return 0;
  }
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Where a number, `true`, `false` or `null` ends; where it begins when it is none. */
function literalEnd(bytes: Uint8Array, start: number, to: number): number {
  switch (bytes[start]) {
    case 0x74: // t
      return isWordAt(bytes, 'true', start, to) ? start + 4 : start;
    case 0x66: // f
      return isWordAt(bytes, 'false', start, to) ? start + 5 : start;
    case 0x6e: // n
      return isWordAt(bytes, 'null', start, to) ? start + 4 : start;
    default:
      return numberEnd(bytes, start, to);
  }
}

function isWordAt(bytes: Uint8Array, word: string, at: number, to: number): boolean {
  if (at + word.length > to) return false;
  for (let index = 0; index < word.length; index++)
    if (bytes[at + index] !== word.charCodeAt(index)) return false;
  return true;
}

function numberEnd(bytes: Uint8Array, start: number, to: number): number {
  let at = start;
  if (bytes[at] === 0x2d /* - */) at++;
  const whole = at;
  at = digitsEnd(bytes, at, to);
  if (at === whole || (at > whole + 1 && bytes[whole] === 0x30)) return start;
  if (at < to && bytes[at] === 0x2e /* . */) {
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction, to);
    if (at === fraction) return start;
  }
  if (at < to && (bytes[at] === 0x65 || bytes[at] === 0x45) /* e E */) {
    at++;
    if (at < to && (bytes[at] === 0x2b || bytes[at] === 0x2d) /* + - */) at++;
    const exponent = at;
    at = digitsEnd(bytes, exponent, to);
    if (at === exponent) return start;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isDigit(bytes[at]!)) at++;
  return at;
}
