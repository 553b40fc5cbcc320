import { blankAlternatives } from './logprobs.ts';
import { type Payload, payloadsOf } from './payloads.ts';
import { priority, replaceSpansInPieces, type Span } from './span.ts';
import { scanText, type TextRules } from './text-scanner.ts';

/** A string value somewhere in a payload. */
interface Segment {
  readonly payload: Payload;
  /** Which of the payload's string values it is, in the order of the text. */
  readonly ordinal: number;
  readonly value: string;
}

/**
 * Finds secrets that a model spelled over several events, a few letters in each `delta.content` or `partial_json`, and puts the
 * placeholder where the secret begins and cuts the rest from the events that follow. Every event stays valid JSON, and no byte
 * outside the strings concerned changes. Log probabilities spell the same text once more, token by token: there the
 * alternatives and the bytes of the tokens go too.
 *
 * Knows no provider: strings at the same place of successive payloads belong together, and {@link discriminators} tell choices, tool
 * calls and content blocks apart.
 * @param pieces the body as one character per byte, cut as it is on tape.
 * @param only looks only at strings under this key: for a document that is no stream.
 * @returns the same array when there is nothing to do.
 */
export function redactDeltas(
  pieces: readonly string[],
  rules: TextRules,
  only?: ReadonlySet<string>,
): readonly string[] {
  const text = pieces.length === 1 ? pieces[0]! : pieces.join('');
  const root = new Place();
  for (const payload of payloadsOf(pieces, text, only !== undefined)) {
    try {
      collect(JSON.parse(text.slice(payload.start, payload.end)), payload, root, only);
    } catch {
      // Not JSON: it is scanned as text.
    }
  }
  const edits: Span[] = [];
  for (const place of root.varying()) {
    const spans = scanText(place.text(), rules, { isBytes: true }, 0);
    if (spans.length === 0) continue;
    const from = edits.length;
    collectEdits(text, place.segments, spans, edits);
    if (place.isOfTokens) edits.push(...blankAlternatives(text, place.segments, edits.slice(from)));
  }
  if (edits.length === 0) return pieces;
  return replaceSpansInPieces(pieces, apart(edits), false);
}

/** In order; of edits that overlap the one that begins first: two choices of one payload blank the same lists. */
function apart(edits: readonly Span[]): Span[] {
  let end = 0;
  return edits
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((edit) => {
      if (edit.start < end) return false;
      ({ end } = edit);
      return true;
    });
}

/** Fields whose value says which of several parallel strings a delta continues. */
const discriminators: ReadonlySet<string> = new Set([
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

/** A place in the payloads: the path of keys without array positions, with discriminators where they stand. */
class Place {
  readonly segments: Segment[] = [];
  readonly isOfTokens: boolean;
  readonly #inner = new Map<string, Place>();
  #varies = false;

  constructor(key = '') {
    this.isOfTokens = tokenKeys.has(key);
  }

  at(key: string): Place {
    let place = this.#inner.get(key);
    if (place === undefined) this.#inner.set(key, (place = new Place(key)));
    return place;
  }

  add(segment: Segment): void {
    const first = this.segments[0];
    if (first !== undefined) this.#varies ||= first.value !== segment.value;
    this.segments.push(segment);
  }

  text(): string {
    return this.segments.map(({ value }) => value).join('');
  }

  /** Places with more than one string, not all of them the same. */
  *varying(): Generator<Place> {
    if (this.#varies) yield this;
    for (const place of this.#inner.values()) yield* place.varying();
  }
}

/** Visits string values depth first, in the order of the text. */
function collect(
  document: unknown,
  payload: Payload,
  root: Place,
  only: ReadonlySet<string> | undefined,
): void {
  let ordinal = 0;
  const visit = (value: unknown, place: Place, isWanted: boolean, isAlternative: boolean): void => {
    if (typeof value === 'string') {
      if (isWanted && !isAlternative) place.add({ payload, ordinal, value });
      ordinal += 1;
    } else if (Array.isArray(value)) {
      for (const element of value)
        if (typeof element !== 'number') visit(element, place, isWanted, isAlternative);
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
        visit(inner, here.at(key), wanted, isAlternative || alternatives.has(key));
      }
    }
  };
  visit(document, root, only === undefined, false);
}

/** Turns spans in the joined strings into spans in the text of the body. */
function collectEdits(
  text: string,
  segments: readonly Segment[],
  spans: readonly Span[],
  edits: Span[],
): void {
  let segmentStart = 0;
  let next = 0;
  for (const segment of segments) {
    const segmentEnd = segmentStart + segment.value.length;
    let token: number | undefined;
    while (next < spans.length && spans[next]!.start < segmentEnd) {
      const { start, end, replacement } = spans[next]!;
      token ??= tokenStart(text, segment);
      if (token === undefined) return;
      const from = rawOffset(text, token, Math.max(start, segmentStart) - segmentStart);
      const to = rawOffset(text, token, Math.min(end, segmentEnd) - segmentStart);
      edits.push({
        start: from,
        end: to,
        replacement: start >= segmentStart ? replacement : '',
        rank: priority.named,
      });
      if (end > segmentEnd) break;
      next += 1;
    }
    segmentStart = segmentEnd;
  }
}

/**
 * Where a segment stands in the text. Keys that look like numbers and repeated keys make the order of a parsed object differ from
 * that of its text; then the first string of the same value is meant.
 */
function tokenStart(text: string, { payload, ordinal, value }: Segment): number | undefined {
  let seen = 0;
  let fallback: number | undefined;
  for (let at = text.indexOf('"', payload.start); at !== -1 && at < payload.end; at = text.indexOf('"', at)) {
    const start = at;
    at = stringEnd(text, start);
    let next = at;
    while (text.charCodeAt(next) <= 0x20) next += 1;
    if (text.charCodeAt(next) === 0x3a) continue;
    const isSame = at - start >= value.length + 2 && JSON.parse(text.slice(start, at)) === value;
    if (isSame && seen === ordinal) return start;
    if (isSame) fallback ??= start;
    seen += 1;
  }
  return fallback;
}

/** Behind the closing quote. No regular expression: strings of megabytes would exhaust its stack. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at + 1;
}

/** The place in the text of the n-th UTF-16 unit of a string whose opening quote is at `token`. */
function rawOffset(text: string, token: number, units: number): number {
  let at = token + 1;
  for (let unit = 0; unit < units; unit += 1) {
    if (text.charCodeAt(at) !== 0x5c) at += 1;
    else at += text.charCodeAt(at + 1) === 0x75 ? 6 : 2;
  }
  return at;
}
