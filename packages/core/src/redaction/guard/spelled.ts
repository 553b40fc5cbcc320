/** So much of a part's beginning and end counts where it meets the next one: longer than any secret. */
const seam = 4096;

/**
 * What the strings at one place of successive JSON payloads say together: a tree of places, with the strings that stood there. `index`,
 * ids and the like keep parallel strings apart; array positions do not count.
 */
export class Place {
  readonly #inner = new Map<string, Place>();
  readonly #parts: string[] = [];
  #varies = false;
  /** Line of the first part. */
  line = 0;
  /** What was looked at here last: most fields of a stream say the same again and again. */
  last: string | undefined;

  at(key: string): Place {
    let place = this.#inner.get(key);
    if (place === undefined) this.#inner.set(key, (place = new Place()));
    return place;
  }

  add(part: string, line: number): void {
    if (this.#parts.length === 0) this.line = line;
    else this.#varies ||= part !== this.#parts[0];
    // What lies in the middle of a long part was looked at with it.
    this.#parts.push(part.length > 2 * seam ? `${part.slice(0, seam)}\n${part.slice(-seam)}` : part);
  }

  /** Places whose strings vary, with all of them joined. */
  *spelled(path = ''): Generator<{ readonly path: string; readonly line: number; readonly text: string }> {
    if (this.#varies) yield { path, line: this.line, text: this.#parts.join('') };
    for (const [key, place] of this.#inner) {
      const isMark = key.startsWith('<');
      yield* place.spelled(isMark ? path : `${path}${key === '[]' || path === '' ? '' : '.'}${key}`);
    }
  }
}

const marks = ['index', 'output_index', 'content_index', 'summary_index', 'item_id'] as const;

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
