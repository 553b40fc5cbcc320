import type { Codes } from './codes.ts';
import { parseJson } from './parse-json.ts';
import { discriminators, type Place } from './spelled-places.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** A string or number of a payload. */
interface Slot {
  readonly isString: boolean;
  /** As it is written: of a string what stands between the quotes. */
  readonly raw: string;
  /** What it spells; a number as it is written. */
  readonly value: string;
  /** Nothing for what spells nothing. */
  readonly place: Place | undefined;
  /** Whether other payloads may have something else here. Not what tells places apart (`"index": 1`): that is part of the text between. */
  varies: boolean;
  /** Whether one had. */
  varied: boolean;
}

/** After so many payloads what was the same in all of them is taken to be so in others, and compared with the text around it. */
const trial = 4;

/** More are a document or a list. */
const mostSlots = 64;

/**
 * How a payload is written: the text between its strings and numbers, and where its strings belong. Another payload with the same text
 * between is JSON of the same structure, so what it spells is known without parsing it.
 */
export class EventShape {
  readonly #between: readonly string[];
  readonly #closing: number;
  readonly #slots: readonly Slot[];
  /** The text between the slots that vary. */
  #fixed: readonly string[] = [];
  #varying: readonly Slot[] = [];
  /** Those that vary, and those that spell something. */
  #read: readonly Slot[] = [];
  /** Of those that vary, in the payload that is being read. */
  readonly #values: string[] = [];
  #trial = trial;

  /**
   * @param between the last without the closing bracket and the white space before it, in which some providers pad their events.
   * @param closing the bracket.
   */
  constructor(between: readonly string[], closing: number, slots: readonly Slot[]) {
    this.#between = between;
    this.#closing = closing;
    this.#slots = slots;
    this.#join();
  }

  isLike(other: EventShape): boolean {
    return (
      this.#closing === other.#closing &&
      this.#between.length === other.#between.length &&
      this.#between.every((text, index) => text === other.#between[index]) &&
      this.#slots.every(({ isString }, index) => isString === other.#slots[index]!.isString)
    );
  }

  /** What is different in a shape like this one varies from now on. */
  loosen(other: EventShape): void {
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.raw === other.#slots[index]!.raw) continue;
      slot.varies = true;
      slot.varied = true;
    }
    this.#join();
  }

  #join(): void {
    const fixed = [this.#between[0]!];
    for (const [index, { varies, raw }] of this.#slots.entries()) {
      const next = this.#between[index + 1]!;
      if (varies) fixed.push(next);
      else fixed[fixed.length - 1] += raw + next;
    }
    this.#fixed = fixed;
    this.#varying = this.#slots.filter(({ varies }) => varies);
    this.#read = this.#slots.filter(({ varies, place }) => varies || place !== undefined);
  }

  /** Adds what the payload at `[start, end)` spells to its places, if it has this shape. */
  read(text: string, codes: Codes, start: number, end: number): boolean {
    const fixed = this.#fixed;
    const varying = this.#varying;
    const values = this.#values;
    let at = start;
    for (let index = 0; index < varying.length; index += 1) {
      const before = fixed[index]!;
      if (!standsAt(text, before, at)) return false;
      const from = at + before.length;
      if (varying[index]!.isString) {
        at = plainStringEnd(codes, from, end);
        if (codes[at] === QUOTE) values[index] = text.slice(from, at);
        else {
          const value = escapedString(text, codes, from, at, end);
          if (value === undefined) return false;
          values[index] = value;
          at = stringEnd(codes, at, end);
        }
      } else {
        at = numberEnd(codes, from, end);
        if (at === from) return false;
        if (this.#trial > 0) values[index] = text.slice(from, at);
      }
    }
    const last = fixed[varying.length]!;
    if (codes[end - 1] !== this.#closing || !standsAt(text, last, at)) return false;
    if (blankEnd(codes, at + last.length) !== end - 1) return false;
    let next = 0;
    for (const slot of this.#read) {
      const value = slot.varies ? values[next]! : slot.value;
      if (slot.varies) next += 1;
      slot.place?.add(value);
    }
    if (this.#trial > 0) this.#try();
    return true;
  }

  #try(): void {
    for (const [index, slot] of this.#varying.entries()) slot.varied ||= this.#values[index] !== slot.value;
    this.#trial -= 1;
    if (this.#trial > 0) return;
    for (const slot of this.#slots) slot.varies &&= slot.varied;
    this.#join();
  }
}

/** Four times as fast as `startsWith` where some hundred characters are compared. */
function standsAt(text: string, part: string, at: number): boolean {
  return text.slice(at, at + part.length) === part;
}

/** At the first character that does not stand in a string as what it is. */
function plainStringEnd(codes: Codes, from: number, end: number): number {
  let at = from;
  while (at < end && codes[at] !== QUOTE && codes[at] !== BACKSLASH && codes[at]! >= 0x20) at += 1;
  return at;
}

/** At the closing quote. */
function stringEnd(codes: Codes, from: number, end: number): number {
  let at = from;
  while (at < end && codes[at] !== QUOTE) at += codes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** The value of a string with an escape at `escape`; `undefined` when it is none. */
function escapedString(
  text: string,
  codes: Codes,
  from: number,
  escape: number,
  end: number,
): string | undefined {
  if (codes[escape] !== BACKSLASH) return undefined;
  const to = stringEnd(codes, escape, end);
  if (to >= end) return undefined;
  return parseJson(text.slice(from - 1, to + 1)) as string | undefined;
}

/** Behind a number (RFC 8259, section 6); `from` when there is none. */
function numberEnd(codes: Codes, from: number, end: number): number {
  const whole = codes[from] === MINUS ? from + 1 : from;
  let at = digitsEnd(codes, whole, end);
  if (at === whole || (codes[whole] === ZERO && at > whole + 1)) return from;
  if (at < end && codes[at] === 0x2e) {
    const fraction = at + 1;
    at = digitsEnd(codes, fraction, end);
    if (at === fraction) return from;
  }
  if (at < end && (codes[at]! | 0x20) === 0x65) {
    const exponent = codes[at + 1] === MINUS || codes[at + 1] === 0x2b ? at + 2 : at + 1;
    at = digitsEnd(codes, exponent, end);
    if (at === exponent) return from;
  }
  return at;
}

function digitsEnd(codes: Codes, from: number, end: number): number {
  let at = from;
  while (at < end && codes[at]! >= ZERO && codes[at]! <= NINE) at += 1;
  return at;
}

/**
 * The shape of a payload that is a JSON object or array, with no white space around it.
 * @param places of its string values, as they were visited.
 * @returns `undefined` when the order of the visit may not be that of the text: keys that look like numbers come first, repeated keys count
 * once. Also for documents with many values.
 */
export function readShape(
  text: string,
  codes: Codes,
  start: number,
  end: number,
  places: readonly (Place | undefined)[],
): EventShape | undefined {
  const between: string[] = [];
  const slots: Slot[] = [];
  /** The keys of the objects around; `undefined` for an array. */
  const around: (Set<string> | undefined)[] = [];
  let fixedFrom = start;
  let strings = 0;
  let key = '';
  const add = (slot: Omit<Slot, 'varied'>, from: number, to: number): void => {
    between.push(text.slice(fixedFrom, from));
    slots.push({ ...slot, varied: false });
    fixedFrom = to;
  };
  for (let at = start; at < end; at += 1) {
    const code = codes[at]!;
    const keys = around.at(-1);
    const tellsApart = keys !== undefined && discriminators.has(key);
    if (code === QUOTE) {
      const close = stringEnd(codes, at + 1, end);
      const raw = text.slice(at + 1, close);
      if (isKey(codes, close + 1)) {
        if (keys === undefined || keys.has(raw) || !/^[^\d\\][^\\]*$/.test(raw)) return undefined;
        keys.add((key = raw));
      } else {
        const place = places[strings];
        strings += 1;
        const value = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
        // What tells places apart stays in the text between, with a slot of no length behind it.
        if (tellsApart) add({ isString: true, raw: '', value, place, varies: false }, close, close);
        else add({ isString: true, raw, value, place, varies: true }, at + 1, close);
      }
      at = close;
    } else if (code === 0x7b) around.push(new Set());
    else if (code === 0x5b) around.push(undefined);
    else if (code === 0x7d || code === 0x5d) around.pop();
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const behind = numberEnd(codes, at, end);
      const raw = text.slice(at, behind);
      if (!tellsApart) add({ isString: false, raw, value: raw, place: undefined, varies: true }, at, behind);
      at = behind - 1;
    }
    if (slots.length > mostSlots) return undefined;
  }
  if (strings !== places.length) return undefined;
  between.push(text.slice(fixedFrom, end - 1).trimEnd());
  return new EventShape(between, codes[end - 1]!, slots);
}

function isKey(codes: Codes, behind: number): boolean {
  return codes[blankEnd(codes, behind)] === COLON;
}

/** Behind the white space of JSON. */
function blankEnd(codes: Codes, from: number): number {
  let at = from;
  while (codes[at] === 0x20 || codes[at] === 0x0a || codes[at] === 0x0d || codes[at] === 0x09) at += 1;
  return at;
}
