import { priority, replaceSpansInPieces, type Span } from './span.ts';
import { scanText, type TextRules } from './text-scanner.ts';

/** One JSON text inside a body: the data of an SSE event, an NDJSON line, or a whole array that was streamed. */
interface Payload {
  readonly start: number;
  readonly end: number;
}

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
 * outside the strings concerned changes.
 *
 * Knows no provider: strings at the same place of successive payloads belong together, and {@link discriminators} tell choices, tool
 * calls and content blocks apart.
 * @param pieces the body as one character per byte, cut as it is on tape.
 * @returns the same array when there is nothing to do.
 */
export function redactDeltas(pieces: readonly string[], rules: TextRules): readonly string[] {
  const text = pieces.length === 1 ? pieces[0]! : pieces.join('');
  const groups = groupSegments(text);
  if (groups === undefined) return pieces;
  const edits: Span[] = [];
  for (const segments of groups.values()) {
    if (segments.length < 2 || segments.every(({ value }) => value === segments[0]!.value)) continue;
    const spans = scanText(segments.map(({ value }) => value).join(''), rules, { isBytes: true }, 0);
    if (spans.length > 0) collectEdits(text, segments, spans, edits);
  }
  if (edits.length === 0) return pieces;
  return replaceSpansInPieces(
    pieces,
    edits.toSorted((a, b) => a.start - b.start),
    false,
  );
}

/** Fields whose value says which of several parallel strings a delta continues. */
const discriminators = ['index', 'output_index', 'content_index', 'summary_index', 'item_id', 'type'];

function groupSegments(text: string): Map<string, Segment[]> | undefined {
  const groups = new Map<string, Segment[]>();
  for (const payload of payloadsOf(text)) {
    let value: unknown;
    try {
      value = JSON.parse(text.slice(payload.start, payload.end));
    } catch {
      continue;
    }
    let ordinal = 0;
    walkStrings(value, '', (place, string) => {
      const segment = { payload, ordinal, value: string };
      ordinal += 1;
      const group = groups.get(place);
      if (group === undefined) groups.set(place, [segment]);
      else group.push(segment);
    });
  }
  return groups.size === 0 ? undefined : groups;
}

const lineData = /^data:[ ]?|^(?=\{)/;

/** Lines that carry JSON: `data:` lines of SSE, and lines of NDJSON. A body that is one array (Gemini without SSE) is one payload. */
function* payloadsOf(text: string): Generator<Payload> {
  if (/^\s*\[/.test(text)) {
    yield { start: 0, end: text.length };
    return;
  }
  let start = 0;
  while (start < text.length) {
    let end = start;
    const feed = text.indexOf('\n', start);
    end = feed === -1 ? text.length : feed;
    const prefix = lineData.exec(text.slice(start, Math.min(end, start + 6)));
    if (prefix !== null) yield { start: start + prefix[0].length, end };
    start = end + 1;
  }
}

/** Visits string values depth first. `place` is the path of keys without array positions, with discriminators where they stand. */
function walkStrings(value: unknown, place: string, visit: (place: string, value: string) => void): void {
  if (typeof value === 'string') visit(place, value);
  else if (Array.isArray(value)) for (const element of value) walkStrings(element, place, visit);
  else if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, unknown>;
    let here = place;
    for (const name of discriminators) {
      const mark = fields[name];
      if (typeof mark === 'number' || typeof mark === 'string') here += `#${name}=${mark}`;
    }
    for (const key in fields) walkStrings(fields[key], `${here}.${key}`, visit);
  }
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
