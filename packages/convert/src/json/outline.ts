/**
 * What there is of a JSON text that may end or be damaged anywhere: complete values, and of those that are cut what was there. Enough to tell
 * what a file is by its beginning. `undefined` when the text does not begin as JSON.
 */
export function jsonOutline(text: string): unknown {
  const reader = new OutlineReader(text);
  try {
    return reader.value(0);
  } catch (error) {
    if (error instanceof End) return isEmpty(error.value) ? undefined : error.value;
    return undefined;
  }
}

/** Nothing was understood: it may be anything that begins with a bracket. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new End(undefined);
  }
}

/** The text ended, or makes no sense from here on; `value` is what there was. */
class End extends Error {
  value: unknown;

  constructor(value: unknown) {
    super();
    this.value = value;
  }
}

const maxDepth = 200;

class OutlineReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): unknown {
    if (depth > maxDepth) throw new End(undefined);
    const char = this.#next();
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    return this.#literal();
  }

  #object(depth: number): Record<string, unknown> {
    const object = Object.create(null) as Record<string, unknown>;
    this.#at++;
    this.#orEnd(object, () => {
      if (this.#next() === '}') return void this.#at++;
      for (;;) {
        if (this.#next() !== '"') throw new End(undefined);
        const key = this.#string();
        object[key] = undefined;
        if (this.#next() !== ':') throw new End(undefined);
        this.#at++;
        this.#member((value) => (object[key] = value), depth);
        if (this.#separator('}')) return;
      }
    });
    return object;
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    this.#orEnd(array, () => {
      if (this.#next() === ']') return void this.#at++;
      for (;;) {
        this.#member((value) => array.push(value), depth);
        if (this.#separator(']')) return;
      }
    });
    return array;
  }

  #member(keep: (value: unknown) => void, depth: number): void {
    try {
      keep(this.value(depth + 1));
    } catch (error) {
      if (error instanceof End && error.value !== undefined) keep(error.value);
      throw error;
    }
  }

  #orEnd(container: unknown, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof End) error.value = container;
      throw error;
    }
  }

  #separator(end: string): boolean {
    const char = this.#next();
    this.#at++;
    if (char === end) return true;
    if (char !== ',') throw new End(undefined);
    return false;
  }

  #next(): string {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    const char = this.#text[this.#at];
    if (char === undefined) throw new End(undefined);
    return char;
  }

  #string(): string {
    let end = this.#at + 1;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end === -1) throw new End(undefined);
      let slashes = 0;
      while (this.#text[end - 1 - slashes] === '\\') slashes++;
      if (slashes % 2 === 0) break;
      end++;
    }
    const written = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    return parsed(written) as string;
  }

  #literal(): unknown {
    const match = /[-+.\w]+/y;
    match.lastIndex = this.#at;
    const word = match.exec(this.#text)?.[0];
    if (word === undefined) throw new End(undefined);
    this.#at += word.length;
    if (this.#at === this.#text.length) throw new End(undefined);
    return parsed(word);
  }
}
