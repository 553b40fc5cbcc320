import type { Said } from './lines.ts';
import { isSecretName } from './names.ts';
import { payloadsOf } from './payloads.ts';
import { marks } from './spelled.ts';

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const LETTER_E = 0x65;

/** A place that events of one shape fill differently. */
export interface Slot {
  readonly isString: boolean;
  /** Of the place of a string among the shape's places; -1 for a number. */
  readonly place: number;
}

/** A place inside another one (-1 for the root): a key, or a mark with the slot that says its value. */
export interface Step {
  readonly within: number;
  readonly key: string;
  /** -1 when it is a key. */
  readonly markSlot: number;
}

/** Slots of a line that were found: where they start and end, and what is in the strings. */
export interface Filling {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** {@link PLAIN}, or the sum of {@link ESCAPED} and {@link NOT_ASCII}. */
  readonly contents: Uint8Array;
}

export const PLAIN = 0;
export const ESCAPED = 1;
export const NOT_ASCII = 2;

/** Of a piece that says the stream is done. */
const longestMark = 64;
/** Slots and places that a shape may have; a larger event is parsed. */
export const mostSlots = 160;

/** The bytes of a file, and a view that reads four of them at once. */
export interface ViewedFile {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Text between two slots: in words of four bytes, and what is left. */
interface Fixed {
  readonly length: number;
  readonly words: Int32Array;
  readonly rest: Uint8Array;
}

function fixedOf(text: string): Fixed {
  const bytes = Buffer.from(text, 'latin1');
  const count = bytes.length >> 2;
  const words = Int32Array.from({ length: count }, (_, index) => bytes.readInt32LE(4 * index));
  return { length: bytes.length, words, rest: new Uint8Array(bytes.subarray(4 * count)) };
}

/**
 * What the events of a stream have in common: the text between their values. Reading the next one against it takes a tenth of the time of
 * parsing it, and gives the strings in it all the same: nothing about their content is remembered. Works on whole lines of the file, where
 * the event is JSON in a JSON string, so that its quotes are `\"`.
 */
export class EventShape {
  readonly #fixed: readonly Fixed[];
  readonly slots: readonly Slot[];
  /** Every place that the thorough way would make, in its order. */
  readonly places: readonly Step[];
  /** Slots that are marks: where they have another value, the places are others. */
  readonly markSlots: readonly number[];
  /** Lines of the piece that are no JSON. */
  readonly rest: string;
  /** The piece ends where a line does. */
  readonly isWhole: boolean;
  /** It begins like JSON and is none: `[DONE]`. */
  readonly isCut: boolean;

  private constructor(fixed: readonly Fixed[], slots: readonly Slot[], located: Located, said: Said) {
    this.#fixed = fixed;
    this.slots = slots;
    this.places = located.places;
    this.markSlots = located.markSlots;
    this.rest = said.rest;
    this.isWhole = said.isWhole;
    this.isCut = said.isCut;
  }

  /**
   * The shape of an event, or `undefined` when it is not of the plain kind: with log probabilities, lists of numbers, names that promise a
   * secret... `tail` is the line behind the number of its stream, one character per byte; `piece` is its decoded text.
   */
  static of(tail: string, piece: string): EventShape | undefined {
    const { values, rest, isCut } = payloadsOf(piece, false);
    if (rest.includes('"')) return undefined;
    const cuts = cutsOf(tail);
    if (cuts === undefined || cuts.length > mostSlots) return undefined;
    // `data: [DONE]`; but any other text without JSON is content, and has no shape.
    if (isCut ? values.length > 0 || piece.length > longestMark : values.length === 0) return undefined;
    let marked = '';
    let done = 0;
    const fixed: Fixed[] = [];
    for (const [index, { start, end, isString }] of cuts.entries()) {
      fixed.push(fixedOf(tail.slice(done, start)));
      marked += tail.slice(done, start) + (isString ? `~${index}~` : String(firstNumber + index));
      done = end;
    }
    fixed.push(fixedOf(tail.slice(done)));
    marked += tail.slice(done);
    const located = locate(marked, cuts);
    if (located === undefined) return undefined;
    const slots = cuts.map(({ isString }, index) => ({
      isString,
      place: isString ? located.placeOfSlot.get(index)! : -1,
    }));
    return new EventShape(fixed, slots, located, { rest, isCut, isWhole: piece.endsWith('\n') });
  }

  /** Whether a line is of this shape; then `filling` says where its slots are. */
  read({ bytes, view }: ViewedFile, from: number, end: number, filling: Filling): boolean {
    const { slots } = this;
    let at = from;
    for (let index = 0; index <= slots.length; index += 1) {
      const { length, words, rest } = this.#fixed[index]!;
      if (at + length > end) return false;
      for (let i = 0; i < words.length; i += 1)
        if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
      at += length;
      for (let i = 1; i <= rest.length; i += 1) if (bytes[at - i] !== rest[rest.length - i]) return false;
      if (index === slots.length) break;
      filling.starts[index] = at;
      at = slots[index]!.isString ? endOfString(bytes, at, filling, index) : endOfNumber(bytes, at);
      if (at === -1) return false;
      filling.ends[index] = at;
    }
    return at === end;
  }
}

/**
 * The end of a string of the event: before the backslash of its closing quote. A quote inside has three backslashes and more, in fours. -1
 * when there is none.
 */
function endOfString(bytes: Uint8Array, start: number, { contents }: Filling, index: number): number {
  let at = start;
  let content = PLAIN;
  let backslashes = 0;
  for (;;) {
    const code = bytes[at]!;
    if (code === QUOTE) {
      let first = at;
      while (first > start && bytes[first - 1] === BACKSLASH) first -= 1;
      const count = at - first;
      if (count % 4 === 1) {
        contents[index] = content | (backslashes > 1 ? ESCAPED : PLAIN);
        return at - 1;
      }
      if (count % 4 !== 3) return -1;
    } else if (code === BACKSLASH) backslashes += 1;
    else if (code >= 0x80) content = NOT_ASCII;
    // A control character, or the end of the file.
    else if (!(code >= 0x20)) return -1;
    at += 1;
  }
}

/** The end of a number as JSON writes it; -1 when there is none. */
function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const whole = at;
  at = endOfDigits(bytes, at);
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return -1;
  if (bytes[at] === POINT) {
    const fraction = at + 1;
    at = endOfDigits(bytes, fraction);
    if (at === fraction) return -1;
  }
  if ((bytes[at]! | 0x20) === LETTER_E) {
    const exponent = bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? at + 2 : at + 1;
    at = endOfDigits(bytes, exponent);
    if (at === exponent) return -1;
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
  return at;
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly isString: boolean;
}

/** Strings that are values, numbers that are members, and the time of arrival. */
function cutsOf(tail: string): Cut[] | undefined {
  const head = /^(,"at":)?(-?\d[\d.eE+-]*)?,"text":"/.exec(tail);
  if (head === null || !tail.endsWith('"}') || (head[1] === undefined) !== (head[2] === undefined))
    return undefined;
  const cuts: Cut[] = [];
  if (head[2] !== undefined) cuts.push({ start: 6, end: 6 + head[2].length, isString: false });
  let at = head[0].length;
  const token = /\\"/g;
  for (;;) {
    token.lastIndex = at;
    const open = token.exec(tail);
    if (open === null) return cuts;
    const start = open.index + 2;
    const end = closingQuote(tail, start);
    if (end === -1) return undefined;
    at = end + 2;
    const key = /^ *: */.exec(tail.slice(at, at + 8));
    if (key === null) {
      cuts.push({ start, end, isString: true });
      continue;
    }
    at += key[0].length;
    const number = /^-?\d[\d.eE+-]*/.exec(tail.slice(at, at + 32))?.[0];
    if (number !== undefined) cuts.push({ start: at, end: (at += number.length), isString: false });
  }
}

function closingQuote(tail: string, start: number): number {
  for (let at = tail.indexOf('"', start); at !== -1; at = tail.indexOf('"', at + 1)) {
    let first = at;
    while (first > start && tail[first - 1] === '\\') first -= 1;
    if ((at - first) % 4 === 1) return at - 1;
    if ((at - first) % 4 !== 3) return -1;
  }
  return -1;
}

/** A number that stands for a slot is this and its index: no event has so many of anything. */
const firstNumber = 987_654_300_000;

interface Located {
  readonly places: readonly Step[];
  readonly placeOfSlot: ReadonlyMap<number, number>;
  readonly markSlots: readonly number[];
}

/** Where the slots are in the payloads, as the thorough way walks them; `undefined` for what only that can do. */
function locate(marked: string, cuts: readonly Cut[]): Located | undefined {
  const places: Step[] = [];
  const placeOfSlot = new Map<number, number>();
  const markSlots: number[] = [];
  const placeAt = (within: number, key: string, markSlot = -1): number =>
    places.push({ within, key, markSlot }) - 1;

  const visit = (value: unknown, place: number): boolean => {
    if (typeof value === 'string') {
      const slot = slotOfString(value);
      // Text that is the same in every event, or said twice.
      if (slot === undefined || place === -1 || placeOfSlot.has(slot)) return false;
      placeOfSlot.set(slot, place);
      return true;
    }
    if (Array.isArray(value)) return visitArray(value as unknown[], place);
    if (typeof value === 'object' && value !== null)
      return visitObject(value as Record<string, unknown>, place);
    return true;
  };
  const visitArray = (values: readonly unknown[], place: number): boolean => {
    const [first] = values;
    if (typeof first === 'number' || typeof (first as { token?: unknown } | null)?.token === 'string')
      return false;
    if (values.length === 2 && typeof first === 'string') return false;
    const inner = placeAt(place, '[]');
    return values.every((value) => visit(value, inner));
  };
  const visitObject = (fields: Readonly<Record<string, unknown>>, place: number): boolean => {
    let inner = place;
    for (const mark of marks) {
      const value = fields[mark];
      if (typeof value !== 'number' && typeof value !== 'string') continue;
      const slot = typeof value === 'number' ? value - firstNumber : slotOfString(value);
      if (slot === undefined || cuts[slot] === undefined) return false;
      markSlots.push(slot);
      inner = placeAt(inner, mark, slot);
    }
    if (typeof fields['value'] === 'string' && typeof (fields['name'] ?? fields['key']) === 'string')
      return false;
    for (const key in fields)
      if (key === 'base64' || isSecretName(key) || !visit(fields[key], placeAt(inner, key))) return false;
    return true;
  };

  try {
    const { text } = JSON.parse(`{"chunk":1${marked}`) as { text: string };
    const { values } = payloadsOf(text, false);
    if (!values.every((value) => visit(value, -1))) return undefined;
  } catch {
    return undefined;
  }
  if (placeOfSlot.size !== cuts.filter(({ isString }) => isString).length) return undefined;
  return { places, placeOfSlot, markSlots };
}

function slotOfString(text: string): number | undefined {
  const slot = /^~(\d+)~$/.exec(text)?.[1];
  return slot === undefined ? undefined : Number(slot);
}
