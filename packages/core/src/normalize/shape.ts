import type { JsonPaths, Place } from './json-paths.ts';

/**
 * One place of the documents of an API, for each path of keys one; the elements of an array are at one place. Kept from document to
 * document, so that in the next one a key need not be cut out and looked up: it is where it was in the one before, or nearly so.
 */
export class Shape {
  /** Decoded. */
  readonly key: string;
  readonly place: Place;
  /** The first rule that names it; -1 when none does. */
  readonly rule: number;
  /** Whether it stands for many keys, because there were too many. */
  readonly isRest: boolean;
  /** Which of {@link markNames} the key is; -1 for every other. */
  readonly mark: number;
  readonly inner: Map<string, Shape> = new Map<string, Shape>();
  readonly elements: Shape[] = [];

  /** The key that was first in an object here, the last time. */
  first: Shape | undefined;
  /** The key that came after this one, the last time. */
  next: Shape | undefined;

  /** The object that had the key last: to tell one that has it twice. */
  lastOwner = -1;
  /** The id that stood here last, of {@link lastReader}. */
  lastId = '';
  lastReader = -1;

  constructor(key: string, place: Place, isRest: boolean) {
    this.key = key;
    this.place = place;
    this.rule = place.rule ?? -1;
    this.isRest = isRest;
    this.mark = markNames.indexOf(key);
  }
}

/** Numbers that tell apart things that grow side by side in a stream: choices, tool calls, content blocks. */
export const markNames: readonly string[] = ['index', 'output_index', 'content_index'];

/** As many field names as all APIs together have; who uses ids for keys has more. */
const mostShapes = 4096;

/** The shapes under the rules of one API. */
export class ShapeTree {
  readonly root: Shape;
  readonly #paths: JsonPaths;
  /** Where there were too many: one for each place of the rules. */
  readonly #rest = new Map<Place, Shape>();
  #size = 0;

  constructor(paths: JsonPaths) {
    this.#paths = paths;
    this.root = new Shape('', paths.root, false);
  }

  /** Whether elements of one array may be at different places. */
  get isIndexed(): boolean {
    return this.#paths.isIndexed;
  }

  /** Whether so many names are known that it is better to begin anew than to let the next document run out of places. */
  get isFull(): boolean {
    return this.#size * 2 > mostShapes;
  }

  /** The shape at a key. */
  inner(shape: Shape, key: string): Shape {
    const known = shape.inner.get(key);
    if (known !== undefined) return known;
    const place = this.#paths.step(shape.place, key);
    if (this.#hasNoRoomIn(shape)) return this.#restAt(place);
    const made = new Shape(ownCopy(key), place, false);
    shape.inner.set(made.key, made);
    return made;
  }

  /** The shape of an element of an array: one for all, unless some rule names an index. */
  element(shape: Shape, index: number): Shape {
    const which = this.isIndexed ? index : 0;
    const known = shape.elements[which];
    if (known !== undefined) return known;
    const place = this.#paths.step(shape.place, String(which));
    if (this.#hasNoRoomIn(shape)) return this.#restAt(place);
    const made = new Shape('', place, false);
    shape.elements[which] = made;
    return made;
  }

  #hasNoRoomIn(shape: Shape): boolean {
    if (shape.isRest || this.#size === mostShapes) return true;
    this.#size++;
    return false;
  }

  #restAt(place: Place): Shape {
    let rest = this.#rest.get(place);
    if (rest === undefined) this.#rest.set(place, (rest = new Shape('', place, true)));
    return rest;
  }
}

/** The same string with characters of its own: a part of a text keeps the whole text in memory. */
function ownCopy(key: string): string {
  return Buffer.from(key, 'utf16le').toString('utf16le');
}
