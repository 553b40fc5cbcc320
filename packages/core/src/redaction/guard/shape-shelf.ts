import { EventShape, type Filling, type ViewedFile } from './event-shape.ts';

/** There are seldom more kinds of event; then it begins anew. */
const mostShapes = 1024;
/** Shapes of the stream that is read now, most likely. */
const mostRecent = 4;
/** Events that have no shape, of so many quotes: no more are tried. */
const mostRefusals = 4;

const QUOTE = 0x22;

/** The shapes of events that were met, found again by the number of their quotes. */
export class ShapeShelf {
  readonly #recent: EventShape[] = [];
  readonly #byQuotes = new Map<number, EventShape[]>();
  /** How often something of so many quotes had no shape; also says that it was met before. */
  readonly #refusals = new Map<number, number>();
  #size = 0;

  /** The shape of a line; `filling` then says where its slots are. */
  fitting(file: ViewedFile, start: number, end: number, filling: Filling): EventShape | undefined {
    for (const shape of this.#recent)
      if (shape.read(file, start, end, filling)) {
        if (shape !== this.#recent[0]) this.#touch(shape);
        return shape;
      }
    const { bytes } = file;
    let quotes = 0;
    for (let at = start; at < end; at += 1) if (bytes[at] === QUOTE) quotes += 1;
    const shapes = this.#byQuotes.get(quotes);
    if (shapes === undefined) return undefined;
    for (const shape of shapes)
      if (shape.read(file, start, end, filling)) {
        this.#touch(shape);
        return shape;
      }
    return undefined;
  }

  /** What comes once is not worth a shape, so the first of its kind is only counted. */
  learn(tail: string, text: () => string): void {
    const quotes = tail.split('"').length - 1;
    const refusals = this.#refusals.get(quotes);
    if (refusals === undefined) this.#refusals.set(quotes, 0);
    if (refusals === undefined || refusals >= mostRefusals) return;
    const shape = EventShape.of(tail, text());
    if (shape === undefined) {
      this.#refusals.set(quotes, refusals + 1);
      return;
    }
    if (this.#size >= mostShapes) this.#clear();
    this.#size += 1;
    const shapes = this.#byQuotes.get(quotes);
    if (shapes === undefined) this.#byQuotes.set(quotes, [shape]);
    else shapes.unshift(shape);
    this.#touch(shape);
  }

  #touch(shape: EventShape): void {
    const index = this.#recent.indexOf(shape);
    if (index !== -1) this.#recent.splice(index, 1);
    else if (this.#recent.length >= mostRecent) this.#recent.pop();
    this.#recent.unshift(shape);
  }

  #clear(): void {
    this.#byQuotes.clear();
    this.#refusals.clear();
    this.#recent.length = 0;
    this.#size = 0;
  }
}
