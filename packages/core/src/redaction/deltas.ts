import type { CutText } from './cut-text.ts';
import { blankAlternatives } from './logprobs.ts';
import { parseJson } from './parse-json.ts';
import { eachPayload, type Payload } from './payloads.ts';
import { priority, type Span } from './span.ts';
import { Place, visitStrings } from './spelled-places.ts';
import { spelledTexts } from './spelled-texts.ts';
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
 * Knows no provider: strings at the same place of successive payloads belong together, and discriminators tell choices, tool
 * calls and content blocks apart.
 *
 * Most streams spell no secret. So first only the texts are read, by faster means; where in the payloads their letters stand is asked
 * when one of them has a secret.
 * @param body one character per byte, cut as it is on tape.
 * @param only looks only at strings under these keys: for a document that is no stream.
 * @returns the same object when there is nothing to do.
 */
export function redactDeltas(body: CutText, rules: TextRules, only?: ReadonlySet<string>): CutText {
  const isClean =
    only === undefined
      ? spelledTexts(body).every((text) => scanText(text, rules, { isBytes: true }, 0).length === 0)
      : !mayHaveKeys(body.text, only);
  return isClean ? body : redactSpelled(body, rules, only);
}

/** Whether a JSON text may have one of the keys. A letter of a key can only be escaped as `\u`. */
function mayHaveKeys(text: string, keys: ReadonlySet<string>): boolean {
  if (text.includes(String.raw`\u`)) return true;
  for (const key of keys) if (text.includes(`"${key}"`)) return true;
  return false;
}

function redactSpelled(body: CutText, rules: TextRules, only: ReadonlySet<string> | undefined): CutText {
  const { text } = body;
  const root = new Place();
  const segments = new Map<Place, Segment[]>();
  eachPayload(text, body.ends, only !== undefined, (start, end) => {
    const document = parseJson(text.slice(start, end));
    // Not JSON: it is scanned as text.
    if (document === undefined) return false;
    const payload = { start, end };
    let ordinal = 0;
    visitStrings(document, root, only, (value, place) => {
      if (place !== undefined) {
        place.add(value);
        const before = segments.get(place);
        if (before === undefined) segments.set(place, [{ payload, ordinal, value }]);
        else before.push({ payload, ordinal, value });
      }
      ordinal += 1;
    });
    return true;
  });
  const edits: Span[] = [];
  for (const place of root.varying()) {
    const spans = scanText(place.text(), rules, { isBytes: true }, 0);
    if (spans.length === 0) continue;
    const from = edits.length;
    const ofPlace = segments.get(place)!;
    collectEdits(text, ofPlace, spans, edits);
    if (place.isOfTokens) edits.push(...blankAlternatives(text, ofPlace, edits.slice(from)));
  }
  return edits.length === 0 ? body : body.replace(apart(edits), false);
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
