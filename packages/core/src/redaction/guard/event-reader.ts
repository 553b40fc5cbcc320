import { ESCAPED, type EventShape, type Filling, mostSlots, PLAIN, type ViewedFile } from './event-shape.ts';
import type { Piece, PieceReader, Said } from './lines.ts';
import type { Look } from './look.ts';
import type { RawFile } from './raw-line.ts';
import { ShapeShelf } from './shape-shelf.ts';
import { longestLast, type Place } from './spelled.ts';

/** The places of a shape's strings in one stream, and where its marks stood when they were last asked for. */
interface Placed {
  places: readonly Place[];
  readonly markStarts: number[];
  readonly markEnds: number[];
  readonly byMarks: Map<string, readonly Place[]>;
}

/** One list of known values serves all cassettes of a run; what holds none by one list may by another. */
const shelves = new WeakMap<readonly string[], ShapeShelf>();

/**
 * Reads the pieces of streams against the shapes of earlier ones. Only what differs from the event before is looked at, and as the thorough
 * way would; when anything is found in a piece, it is left to that.
 */
export class EventReader implements PieceReader {
  readonly #file: RawFile;
  readonly #viewed: ViewedFile;
  readonly #look: Look;
  readonly #shapes: ShapeShelf;
  readonly #filling: Filling = {
    starts: new Int32Array(mostSlots),
    ends: new Int32Array(mostSlots),
    contents: new Uint8Array(mostSlots),
  };
  readonly #values: string[] = [];
  /** Of the stream that is read now: by shape and marks. */
  #placed = new Map<EventShape, Placed>();
  #root: Place | undefined;

  constructor(file: RawFile, look: Look, known: readonly string[]) {
    this.#file = file;
    const { bytes } = file;
    this.#viewed = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    this.#look = look;
    let shapes = shelves.get(known);
    if (shapes === undefined) shelves.set(known, (shapes = new ShapeShelf()));
    this.#shapes = shapes;
  }

  read({ start, end, line }: Piece, root: Place): Said | undefined {
    if (start === -1) return undefined;
    const shape = this.#shapes.fitting(this.#viewed, start, end, this.#filling);
    if (shape === undefined) return undefined;
    if (this.#root !== root) {
      this.#root = root;
      this.#placed = new Map();
    }
    const places = this.#places(shape, root);
    if (places === undefined || !this.#isClean(shape, places)) return undefined;
    this.#add(shape, places, line);
    return shape;
  }

  learn(piece: Piece): void {
    if (piece.start !== -1)
      this.#shapes.learn(this.#file.text.slice(piece.start, piece.end), () => piece.text());
  }

  #places(shape: EventShape, root: Place): readonly Place[] | undefined {
    let placed = this.#placed.get(shape);
    if (placed === undefined) {
      placed = { places: [], markStarts: [], markEnds: [], byMarks: new Map() };
      this.#placed.set(shape, placed);
    } else if (this.#hasMarks(shape, placed)) return placed.places;
    let key = '';
    for (const slot of shape.markSlots) {
      if (shape.slots[slot]!.isString && this.#filling.contents[slot] !== PLAIN) return undefined;
      key += `${this.#raw(slot)} `;
    }
    let places = placed.byMarks.get(key);
    if (places === undefined) placed.byMarks.set(key, (places = this.#newPlaces(shape, root)));
    placed.places = places;
    shape.markSlots.forEach((slot, index) => {
      placed.markStarts[index] = this.#filling.starts[slot]!;
      placed.markEnds[index] = this.#filling.ends[slot]!;
    });
    return places;
  }

  #hasMarks({ markSlots }: EventShape, { markStarts, markEnds }: Placed): boolean {
    for (let index = 0; index < markSlots.length; index += 1)
      if (!this.#isSame(markStarts[index]!, markEnds[index]!, markSlots[index]!)) return false;
    return true;
  }

  #newPlaces(shape: EventShape, root: Place): readonly Place[] {
    const places: Place[] = [];
    for (const { within, key, markSlot } of shape.places) {
      const place = within === -1 ? root : places[within]!;
      places.push(place.at(markSlot === -1 ? key : `<${key}${this.#mark(shape, markSlot)}>`));
    }
    return places;
  }

  #raw(slot: number): string {
    return this.#file.text.slice(this.#filling.starts[slot], this.#filling.ends[slot]);
  }

  #mark(shape: EventShape, slot: number): string {
    return shape.slots[slot]!.isString ? this.#raw(slot) : String(Number(this.#raw(slot)));
  }

  /** Decodes the strings that differ from what their place said last, and looks at them. */
  #isClean({ slots }: EventShape, places: readonly Place[]): boolean {
    for (let slot = 0; slot < slots.length; slot += 1) {
      const { isString, place: index } = slots[slot]!;
      if (!isString) continue;
      const place = places[index]!;
      if (this.#isSame(place.lastStart, place.lastEnd, slot)) {
        this.#values[slot] = place.last!;
        continue;
      }
      const value = this.#text(slot);
      if (value === undefined || !this.#isCleanValue(value)) return false;
      this.#values[slot] = value;
    }
    return true;
  }

  /** Whether a slot holds the bytes that stand elsewhere. */
  #isSame(otherStart: number, otherEnd: number, slot: number): boolean {
    const { bytes } = this.#file;
    const start = this.#filling.starts[slot]!;
    const length = this.#filling.ends[slot]! - start;
    if (otherStart === -1 || otherEnd - otherStart !== length) return false;
    for (let i = 0; i < length; i += 1) if (bytes[otherStart + i] !== bytes[start + i]) return false;
    return true;
  }

  /** A string of the event; `undefined` when it is not written as one. */
  #text(slot: number): string | undefined {
    const content = this.#filling.contents[slot]!;
    if (content === PLAIN) return this.#raw(slot);
    const { bytes } = this.#file;
    const start = this.#filling.starts[slot]!;
    const raw = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + start,
      this.#filling.ends[slot]! - start,
    ).toString();
    if ((content & ESCAPED) === 0) return raw;
    try {
      // A string in the event, and the event is a string in the line.
      const value: unknown = JSON.parse(`"${JSON.parse(`"${raw}"`) as string}"`);
      return typeof value === 'string' ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether the thorough look at a string would find nothing. No name speaks here: those that do have no shape. */
  #isCleanValue(value: string): boolean {
    if (value.length < 8) return true;
    // Its JSON is walked with names.
    if (value.length >= 16 && mayHoldJson.test(value)) return false;
    return this.#look.isClean(value);
  }

  #add({ slots }: EventShape, places: readonly Place[], line: number): void {
    for (let slot = 0; slot < slots.length; slot += 1) {
      const { isString, place: index } = slots[slot]!;
      if (!isString) continue;
      const place = places[index]!;
      const value = this.#values[slot]!;
      place.add(value, line);
      if (value.length < longestLast)
        place.saysLast(value, this.#filling.starts[slot]!, this.#filling.ends[slot]!);
    }
  }
}

const mayHoldJson = /^[{[]|\n\{|data:/;
