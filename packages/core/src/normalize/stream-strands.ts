import type { Shape } from './shape.ts';
import { Strand } from './strand.ts';

/** Counts all objects of all streams, to tell a key that one of them has twice: see `Shape.lastOwner`. */
let objectsEver = 0;

/** What lies in more arrays and objects than this is no delta. */
export const deepestDelta = 16;

/**
 * Joins the strings of a stream place by place, as the client does with deltas: by their path in the events and the `index` numbers of
 * the objects on it, so that two tool calls that grow side by side are told apart. The same places as those of
 * `splitIdEdits`, and so it tells, before any id is known, where that has nothing to find.
 *
 * The number of an object may come after its strings, so an event is gathered first and then joined.
 */
export class StreamStrands {
  readonly #bytes: Uint8Array;
  readonly #text: string;
  readonly #root = new Context();
  readonly #strands: Strand[] = [];
  /** Whether an event had what a parser understands otherwise or what cannot be held: a key twice, too many keys. */
  #isLost = false;

  /** The objects of the event. The first stands for what is around all. */
  #objects = 1;
  readonly #shapes: (Shape | undefined)[] = [undefined];
  readonly #owners: number[] = [0];
  readonly #contexts: Context[] = [this.#root];
  /** Three for each object; NaN where it has no such number. */
  readonly #marks: number[] = [NaN, NaN, NaN];

  /** The strings of the event. */
  #strings = 0;
  readonly #places: Shape[] = [];
  readonly #stringOwners: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #haveEscapes: boolean[] = [];

  /** @param text the bytes as byte text */
  constructor(bytes: Uint8Array, text: string) {
    this.#bytes = bytes;
    this.#text = text;
  }

  object(shape: Shape, owner: number): number {
    const object = this.#objects++;
    this.#shapes[object] = shape;
    this.#owners[object] = owner;
    this.#marks[object * 3] = NaN;
    this.#marks[object * 3 + 1] = NaN;
    this.#marks[object * 3 + 2] = NaN;
    return object;
  }

  key(shape: Shape, owner: number): void {
    const object = objectsEver + owner;
    // An empty key is not told from an element by `splitIdEdits`.
    if (shape.isRest || shape.key === '' || shape.lastOwner === object) this.#isLost = true;
    shape.lastOwner = object;
  }

  /** At a key that is one of `markNames`. */
  literal(shape: Shape, owner: number, start: number, end: number): void {
    const first = this.#text.charCodeAt(start);
    // Not `true`, `false` and `null`.
    if (first <= 0x39) this.#marks[owner * 3 + shape.mark] = Number(this.#text.slice(start, end));
  }

  /** @param start after the quote, as `end` is before the other. */
  string(shape: Shape, owner: number, start: number, end: number, hasEscapes: boolean): void {
    const index = this.#strings++;
    this.#places[index] = shape;
    this.#stringOwners[index] = owner;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#haveEscapes[index] = hasEscapes;
  }

  /** @param isJson whether the event turned out to be any. */
  endEvent(isJson: boolean): void {
    if (isJson && !this.#isLost) this.#join();
    objectsEver += this.#objects;
    this.#objects = 1;
    this.#strings = 0;
  }

  /** The tokens that cuts went through, one a line; `undefined` when they cannot be told. */
  tokens(): string | undefined {
    if (this.#isLost) return undefined;
    const tokens: string[] = [];
    for (const strand of this.#strands) {
      strand.end();
      tokens.push(...strand.tokens);
    }
    // With characters of their own: a part of a text keeps the whole text in memory.
    return Buffer.from(tokens.join('\n'), 'latin1').toString('latin1');
  }

  #join(): void {
    const contexts = this.#contexts;
    for (let object = 1; object < this.#objects; object++) {
      const around = contexts[this.#owners[object]!]!;
      const mark = this.#markOf(object);
      contexts[object] = mark === '' ? around : around.inner(this.#shapes[object]!, mark);
    }
    for (let index = 0; index < this.#strings; index++) {
      const shape = this.#places[index]!;
      const context = contexts[this.#stringOwners[index]!]!;
      let strand = context.strands.get(shape);
      if (strand === undefined) {
        strand = new Strand(this.#bytes);
        context.strands.set(shape, strand);
        this.#strands.push(strand);
      }
      const start = this.#starts[index]!;
      const end = this.#ends[index]!;
      if (strand.repeats(start, end)) continue;
      const value =
        this.#haveEscapes[index] === true
          ? (JSON.parse(this.#text.slice(start - 1, end + 1)) as string)
          : this.#text.slice(start, end);
      strand.add(value, start, end);
    }
  }

  /** The numbers of an object that tell it from others; `''` when it has none. */
  #markOf(object: number): string {
    let mark = '';
    for (let at = object * 3; at < object * 3 + 3; at++) {
      const number = this.#marks[at]!;
      if (!Number.isNaN(number)) mark += mark === '' ? String(number) : `,${number}`;
    }
    return mark;
  }
}

/** The objects with certain numbers at certain places, and the strings in them that no further number tells apart. */
class Context {
  readonly strands = new Map<Shape, Strand>();
  readonly #inner = new Map<Shape, Map<string, Context>>();

  inner(shape: Shape, mark: string): Context {
    let marks = this.#inner.get(shape);
    if (marks === undefined) this.#inner.set(shape, (marks = new Map<string, Context>()));
    let context = marks.get(mark);
    if (context === undefined) marks.set(mark, (context = new Context()));
    return context;
  }
}
