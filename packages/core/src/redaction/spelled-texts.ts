import type { Codes } from './codes.ts';
import type { CutText } from './cut-text.ts';
import { EventShape, readShape } from './event-shape.ts';
import { parseJson } from './parse-json.ts';
import { eachPayload } from './payloads.ts';
import { Place, visitStrings } from './spelled-places.ts';

/** What the payloads of a stream spell: for each place whose strings differ, its strings together. */
export function spelledTexts(body: CutText): string[] {
  const reader = new PayloadReader(body.text, body.codes);
  eachPayload(body.text, body.ends, false, (start, end) =>
    reader.read(start, blankStart(body.codes, start, end)),
  );
  return reader.root.varying().map((place) => place.text());
}

/** Where the white space at the end of a payload begins. */
function blankStart(codes: Codes, start: number, end: number): number {
  let at = end;
  while (at > start && isJsonBlank(codes[at - 1]!)) at -= 1;
  return at;
}

function isJsonBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Of a stream; it has one or few for what comes again and again. */
const mostShapes = 8;
/** A longer payload is a document, not a delta. */
const longestShaped = 16_384;
/** Payloads that begin alike are mostly of one shape: the first letters name the type of event. */
const beginning = 32;
/** Payloads whose shape is read in vain before no more are. */
const patience = 16;

/**
 * Successive events of a stream are the same but for a few strings and numbers. Those of a shape seen before are read by comparing,
 * others are parsed.
 */
class PayloadReader {
  readonly root = new Place();
  readonly #text: string;
  readonly #codes: Codes;
  /** The last used first. */
  readonly #shapes: EventShape[] = [];
  readonly #beginnings = new Map<string, number>();
  #patience = patience;

  constructor(text: string, codes: Codes) {
    this.#text = text;
    this.#codes = codes;
  }

  /** @returns whether it is JSON. */
  read(start: number, end: number): boolean {
    for (let index = 0; index < this.#shapes.length; index += 1) {
      if (!this.#shapes[index]!.read(this.#text, this.#codes, start, end)) continue;
      if (index > 0) this.#use(index);
      if (this.#patience < patience) this.#patience += 1;
      return true;
    }
    return this.#parse(start, end);
  }

  #use(index: number): void {
    this.#shapes.unshift(...this.#shapes.splice(index, 1));
  }

  #parse(start: number, end: number): boolean {
    const document = parseJson(this.#text.slice(start, end));
    if (document === undefined) return false;
    const places: (Place | undefined)[] = [];
    visitStrings(document, this.root, undefined, (value, place) => {
      place?.add(value);
      places.push(place);
    });
    if (end - start <= longestShaped && this.#patience > 0 && this.#comesOften(start)) {
      this.#patience -= 1;
      this.#learn(start, end, places);
    }
    return true;
  }

  /** To read a shape costs as much as to parse a few payloads: what comes once or twice is not worth it. */
  #comesOften(start: number): boolean {
    const first = this.#text.slice(start, start + beginning);
    const times = (this.#beginnings.get(first) ?? 0) + 1;
    this.#beginnings.set(first, times);
    return times > 2;
  }

  #learn(start: number, end: number, places: readonly (Place | undefined)[]): void {
    const shape = readShape(this.#text, this.#codes, start, end, places);
    if (shape === undefined) return;
    const index = this.#shapes.findIndex((known) => known.isLike(shape));
    if (index === -1) {
      this.#shapes.unshift(shape);
      this.#shapes.length = Math.min(this.#shapes.length, mostShapes);
    } else {
      this.#shapes[index]!.loosen(shape);
      this.#use(index);
    }
  }
}
