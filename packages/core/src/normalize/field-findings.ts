import { noEdits, type Edit, type EditList } from './edits.ts';
import type { Action } from './rules-of-url.ts';
import type { Shape } from './shape.ts';

/** Numbers all bodies, to tell what was noted at a shape of another one. */
let readers = 0;

/** What rules find in the documents of a body: the values that are ids, and the edits of volatile fields. */
export class FieldFindings {
  readonly #text: string;
  readonly #actions: readonly Action[];
  readonly #number = readers++;
  readonly #ids = new Set<string>();
  /** The edits, as an `EditList` holds them. */
  readonly #places: number[] = [];
  readonly #texts: string[] = [];
  /** How many edits are of documents that are read to their end. */
  #settled = 0;
  /** Of the document being read, and where they stood. */
  #newIds: string[] = [];
  #newShapes: Shape[] = [];

  constructor(text: string, actions: readonly Action[]) {
    this.#text = text;
    this.#actions = actions;
  }

  /** A scalar at a place that a rule names, quotes included. */
  scalar(shape: Shape, start: number, end: number, hasEscapes: boolean): void {
    const text = this.#text;
    const { constants, isId } = this.#actions[shape.rule]!;
    const type = typeOf(text.charCodeAt(start));
    for (const constant of constants) {
      if (typeOf(constant.charCodeAt(0)) !== type) continue;
      if (end - start !== constant.length || !text.startsWith(constant, start))
        this.#add(start, end, constant);
      return;
    }
    if (!isId || type !== QUOTE || hasEscapes) return;
    // All events of a stream repeat the id of their answer.
    if (shape.lastReader === this.#number) {
      const { lastId } = shape;
      if (end - start - 2 === lastId.length && text.startsWith(lastId, start + 1)) return;
    }
    const id = text.slice(start + 1, end - 1);
    shape.lastId = id;
    shape.lastReader = this.#number;
    this.#newIds.push(id);
    this.#newShapes.push(shape);
  }

  /** @param isJson whether the document turned out to be any. */
  endDocument(isJson: boolean): void {
    if (isJson) {
      for (const id of this.#newIds) this.#ids.add(id);
      this.#settled = this.#texts.length;
    } else if (this.#texts.length > this.#settled) {
      this.#texts.length = this.#settled;
      this.#places.length = this.#settled * 2;
    }
    if (this.#newIds.length === 0) return;
    if (!isJson) for (const shape of this.#newShapes) shape.lastReader = -1;
    this.#newIds = [];
  }

  /** An edit that no rule found, after the end of a document. */
  edit({ start, end, text }: Edit): void {
    this.#add(start, end, text);
    this.#settled = this.#texts.length;
  }

  /** After the last document. */
  end(): { readonly ids: readonly string[]; readonly volatile: EditList } {
    // Shapes outlive the body, and an id would keep its whole text in memory.
    for (const shape of this.#newShapes) shape.lastId = '';
    const texts = this.#texts;
    const volatile = texts.length === 0 ? noEdits : { places: new Uint32Array(this.#places), texts };
    return { ids: [...this.#ids], volatile };
  }

  #add(start: number, end: number, text: string): void {
    this.#places.push(start, end);
    this.#texts.push(text);
  }
}

const QUOTE = 0x22;

/** The JSON type of a scalar, by its first character. */
function typeOf(first: number): number {
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? 0x30 : first;
}
