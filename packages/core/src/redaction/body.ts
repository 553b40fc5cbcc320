import { isUtf8 } from 'node:buffer';
import { openCoding } from './content-coding.ts';
import { CutText } from './cut-text.ts';
import { redactDeltas } from './deltas.ts';
import { isEventStream, redactFrames } from './event-stream.ts';
import { scanJsonPaths } from './json-paths.ts';
import { redactMultipart } from './multipart.ts';
import { parseJson } from './parse-json.ts';
import { eachPayload } from './payloads.ts';
import type { Span } from './span.ts';
import { tokenKeys } from './spelled-places.ts';
import { redactPieces, redactText, type TextRules, untilStable } from './text-scanner.ts';
import { redactPairs } from './url.ts';

/**
 * Bytes are scanned as Latin-1 text: one character per byte, so offsets are byte offsets, nothing is lost where a cut goes through a
 * character, and all rules are ASCII anyway. Known values are looked for in their UTF-8 form read the same way.
 */
function fromByteText(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/**
 * A whole body. The same array when it has no secret. `contentType` and `contentEncoding` are the headers' values: a compressed body is opened, redacted and
 * compressed again.
 */
export function redactBody(
  bytes: Uint8Array,
  contentType: string,
  contentEncoding: string,
  rules: TextRules,
): Uint8Array {
  if (bytes.byteLength === 0) return bytes;
  if (contentEncoding !== '') {
    const coded = openCoding(bytes, contentEncoding);
    if (coded !== undefined) {
      const redacted = redactBody(coded.bytes, contentType, '', rules);
      return redacted === coded.bytes ? bytes : coded.encode(redacted);
    }
  }
  const body = CutText.ofBytes([bytes]);
  const redacted = redactBodyText(body, contentType, rules);
  return redacted === body.text ? bytes : fromByteText(redacted);
}

function redactBodyText(body: CutText, contentType: string, rules: TextRules): string {
  const { text, codes } = body;
  if (/^multipart\//i.test(contentType)) return redactMultipart(text, contentType, rules);
  if (!isUtf8(codes) && !isEventStream(contentType))
    return redactText(text, rules, { isBytes: true, isBinary: true });
  const kind = { isBytes: true };
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType);
  if (!isForm && (isEventStream(contentType) || rules.paths.length > 0))
    return redactCutText(body, contentType, rules).text;
  if (hasLogProbabilities(text)) return redactCutText(body, contentType, rules).text;
  if (!isForm) return redactText(text, rules, kind, 0, codes);
  return untilStable(text, (form) => redactText(redactPairs(form, rules.names.judge), rules, kind));
}

/**
 * A body cut into pieces, as a response is on tape: SSE events, NDJSON lines, or frames of any size. Secrets may lie across cuts and
 * across the strings of successive events. The same array when there is nothing; as many pieces as before otherwise, and a piece
 * that was nothing but secret is empty.
 */
export function redactStream(
  pieces: readonly Uint8Array[],
  contentType: string,
  rules: TextRules,
): readonly Uint8Array[] {
  if (pieces.length === 0) return pieces;
  const body = CutText.ofBytes(pieces);
  const redacted = redactCutText(body, contentType, rules);
  if (redacted === body) return pieces;
  return pieces.map((piece, index) => {
    const text = redacted.piece(index);
    return text === body.piece(index) ? piece : fromByteText(text);
  });
}

/** Deltas first: the visible part of a key in one event would be replaced alone, and its rest in the next be no longer recognized. */
function redactCutText(body: CutText, contentType: string, rules: TextRules): CutText {
  const { text } = body;
  if (isEventStream(contentType)) return redactFrames(body, rules);
  // Pieces that are UTF-8 each are it together.
  if (!isUtf8(body.codes)) return redactPieces(body, rules, { isBytes: true, isBinary: true });
  if (rules.paths.length > 0) {
    const named = redactNamedPlaces(body, rules);
    if (named !== body) return redactCutText(named, contentType, { ...rules, paths: [] });
  }
  const isFramed = body.ends.length > 1 || /event-stream|ndjson|json-?lines|jsonl/i.test(contentType);
  const isOfDeltas = isFramed || isStreamedArray(text);
  const isMarked = !isOfDeltas && hasLogProbabilities(text);
  let redacted = body;
  // Cutting a delta may bring the next secret to light, and so may the pass over the text.
  for (let pass = 0; pass < 4; pass += 1) {
    const before = redacted;
    if (isOfDeltas) redacted = redactDeltas(redacted, rules);
    else if (isMarked) redacted = redactDeltas(redacted, rules, tokenKeys);
    redacted = redactPieces(redacted, rules, { isBytes: true, isFramed });
    if (redacted === before) break;
  }
  return redacted;
}

/** What the user named by JSON path, in a document or in each of its payloads. */
function redactNamedPlaces(body: CutText, { paths }: TextRules): CutText {
  const { text, ends } = body;
  const spans: Span[] = [];
  const isDocument = ends.length === 1 && isJson(text);
  eachPayload(text, ends, isDocument, (start, end, isSure) => {
    if (!isSure && !isJson(text.slice(start, end))) return false;
    scanJsonPaths(text, start, end, paths, (span) => spans.push(span));
    return true;
  });
  return spans.length === 0 ? body : body.replace(spans, false);
}

function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}

/** The text of an answer once more, token by token. */
function hasLogProbabilities(text: string): boolean {
  // A search for a rare first letter costs a fraction of the other two.
  return text.includes('gprobs') && (text.includes('ogprobs"') || text.includes('logprobsResult"'));
}

function isStreamedArray(text: string): boolean {
  return /^\s*\[\s*\{/.test(text);
}
