/** So much of a part's beginning and end counts where it meets the next one: longer than any secret. */
const seam = 4096;

/** Longer strings are not compared with what was said before: they are seldom said again. */
export const longestLast = 256;

/**
 * What the strings at one place of successive JSON payloads say together: a tree of places, with the strings that stood there. `index`,
 * ids and the like keep parallel strings apart; array positions do not count.
 */
export class Place {
  #inner: Map<string, Place> | undefined;
  /** The first part, how often it was repeated, and from the first other one on all of them: most fields never say anything else. */
  #first = '';
  #count = 0;
  #parts: string[] | undefined;
  /** Line of the first part. */
  line = 0;
  /** What was looked at here last: most fields of a stream say the same again and again. */
  last: string | undefined;
  /** Where {@link last} stands in the bytes of the file, for whoever compares bytes; -1 when that is not known. */
  lastStart = -1;
  lastEnd = -1;

  saysLast(value: string, start: number, end: number): void {
    this.last = value;
    this.lastStart = start;
    this.lastEnd = end;
  }

  at(key: string): Place {
    this.#inner ??= new Map();
    let place = this.#inner.get(key);
    if (place === undefined) this.#inner.set(key, (place = new Place()));
    return place;
  }

  add(part: string, line: number): void {
    // What lies in the middle of a long part was looked at with it.
    const kept = part.length > 2 * seam ? `${part.slice(0, seam)}\n${part.slice(-seam)}` : part;
    if (this.#parts !== undefined) this.#parts.push(kept);
    else if (this.#count === 0) {
      this.line = line;
      this.#first = kept;
      this.#count = 1;
    } else if (part === this.#first) this.#count += 1;
    else {
      this.#parts = Array.from({ length: this.#count }, () => this.#first);
      this.#parts.push(kept);
    }
  }

  /** Places whose strings vary, with all of them joined, `times` over. */
  *spelled(
    times: number,
    path = '',
  ): Generator<{ readonly path: string; readonly line: number; readonly text: string }> {
    // A long part is kept shortened, so said again it differs from what is kept.
    const parts = this.#parts ?? (times > 1 && this.#first.length > 2 * seam ? [this.#first] : undefined);
    if (parts !== undefined) yield { path, line: this.line, text: parts.join('').repeat(times) };
    if (this.#inner === undefined) return;
    for (const [key, place] of this.#inner) {
      const isMark = key.startsWith('<');
      yield* place.spelled(times, isMark ? path : `${path}${key === '[]' || path === '' ? '' : '.'}${key}`);
    }
  }
}

/** Members that say which of several parallel strings an object is about, in the order in which they are asked. */
export const marks = ['index', 'output_index', 'content_index', 'summary_index', 'item_id'] as const;

/** The place of an object's members: its own marks say which of several parallel ones it is. */
export function markedPlace(place: Place, fields: Readonly<Record<string, unknown>>): Place {
  let marked = place;
  // Not the keys of the object against the marks: objects have many keys, and seldom a mark.
  for (const key of marks) {
    const mark = fields[key];
    if (typeof mark === 'number' || typeof mark === 'string') marked = marked.at(`<${key}${mark}>`);
  }
  return marked;
}
