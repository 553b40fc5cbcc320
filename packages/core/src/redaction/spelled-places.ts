/** Fields whose value says which of several parallel strings a delta continues. */
export const discriminators: ReadonlySet<string> = new Set([
  'index',
  'output_index',
  'content_index',
  'summary_index',
  'item_id',
  'type',
]);

/** What log probabilities call a piece of the text. */
export const tokenKeys: ReadonlySet<string> = new Set(['token', 'tokens']);

/** Alternatives to a token spell nothing. */
const alternatives: ReadonlySet<string> = new Set(['top_logprobs', 'topCandidates']);

/**
 * A place in the payloads: the path of keys without array positions, with discriminators where they stand. Strings at one place of
 * successive payloads spell one text.
 */
export class Place {
  readonly isOfTokens: boolean;
  #first: string | undefined;
  /** When there is more than the first. */
  #values: string[] | undefined;
  #inner: Map<string, Place> | undefined;
  #varies = false;

  constructor(key = '') {
    this.isOfTokens = tokenKeys.has(key);
  }

  at(key: string): Place {
    this.#inner ??= new Map();
    let place = this.#inner.get(key);
    if (place === undefined) this.#inner.set(key, (place = new Place(key)));
    return place;
  }

  add(value: string): void {
    const first = this.#first;
    if (first === undefined) this.#first = value;
    else if (this.#values === undefined) {
      this.#values = [first, value];
      this.#varies = first !== value;
    } else {
      this.#values.push(value);
      if (!this.#varies) this.#varies = first !== value;
    }
  }

  text(): string {
    return this.#values?.join('') ?? this.#first ?? '';
  }

  /** Places with more than one string, not all of them the same. */
  varying(places: Place[] = []): Place[] {
    if (this.#varies) places.push(this);
    if (this.#inner !== undefined) for (const place of this.#inner.values()) place.varying(places);
    return places;
  }
}

/** Gets a string value and its place; no place when it spells nothing. */
type Visit = (value: string, place: Place | undefined) => void;

/**
 * Visits the string values of a document depth first, in the order of the text. A document so deep that the stack does not hold it is
 * visited as far as it does.
 * @param only asks only for strings under these keys.
 */
export function visitStrings(
  document: unknown,
  root: Place,
  only: ReadonlySet<string> | undefined,
  found: Visit,
): void {
  try {
    visit(document, root, only === undefined, false, only, found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function visit(
  value: unknown,
  place: Place,
  isWanted: boolean,
  isAlternative: boolean,
  only: ReadonlySet<string> | undefined,
  found: Visit,
): void {
  if (typeof value === 'string') found(value, isWanted && !isAlternative ? place : undefined);
  else if (Array.isArray(value)) {
    for (const element of value)
      if (typeof element !== 'number') visit(element, place, isWanted, isAlternative, only, found);
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, unknown>;
    let here = place;
    for (const key in fields) {
      if (!discriminators.has(key)) continue;
      const mark = fields[key];
      if (typeof mark === 'number' || typeof mark === 'string') here = here.at(`#${key}=${mark}`);
    }
    for (const key in fields) {
      const inner = fields[key];
      if (typeof inner === 'number' || inner === null || typeof inner === 'boolean') continue;
      const wanted = only === undefined ? isWanted : only.has(key);
      visit(inner, here.at(key), wanted, isAlternative || alternatives.has(key), only, found);
    }
  }
}
