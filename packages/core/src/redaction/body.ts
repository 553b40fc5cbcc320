import { isUtf8 } from 'node:buffer';
import { openCoding } from './content-coding.ts';
import { redactDeltas, tokenKeys } from './deltas.ts';
import { isEventStream, redactFrames } from './event-stream.ts';
import { scanJsonPaths } from './json-paths.ts';
import { redactMultipart } from './multipart.ts';
import { payloadsOf } from './payloads.ts';
import { replaceSpansInPieces, type Span } from './span.ts';
import { redactPieces, redactText, type TextRules, untilStable } from './text-scanner.ts';
import { redactPairs } from './url.ts';

/**
 * Bytes are scanned as Latin-1 text: one character per byte, so offsets are byte offsets, nothing is lost where a cut goes through a
 * character, and all rules are ASCII anyway. Known values are looked for in their UTF-8 form read the same way.
 */
export function toByteText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

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
  const text = toByteText(bytes);
  const redacted = redactBodyText(text, bytes, contentType, rules);
  return redacted === text ? bytes : fromByteText(redacted);
}

function redactBodyText(text: string, bytes: Uint8Array, contentType: string, rules: TextRules): string {
  if (/^multipart\//i.test(contentType)) return redactMultipart(text, contentType, rules);
  if (!isUtf8(bytes) && !isEventStream(contentType))
    return redactText(text, rules, { isBytes: true, isBinary: true });
  const kind = { isBytes: true };
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType);
  if (!isForm && (isEventStream(contentType) || rules.paths.length > 0))
    return redactTexts([text], [bytes], contentType, rules)[0]!;
  if (hasLogProbabilities(text)) return redactTexts([text], [bytes], contentType, rules)[0]!;
  if (!isForm) return redactText(text, rules, kind);
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
  const texts = pieces.map((bytes) => toByteText(bytes));
  const redacted = redactTexts(texts, pieces, contentType, rules);
  if (redacted === texts) return pieces;
  return redacted.map((text, index) => (text === texts[index] ? pieces[index]! : fromByteText(text)));
}

/** Deltas first: the visible part of a key in one event would be replaced alone, and its rest in the next be no longer recognized. */
function redactTexts(
  texts: readonly string[],
  pieces: readonly Uint8Array[],
  contentType: string,
  rules: TextRules,
): readonly string[] {
  const whole = texts.length === 1 ? texts[0]! : texts.join('');
  if (isEventStream(contentType)) return redactFrames(texts, whole, rules);
  const isText = pieces.every((piece) => isUtf8(piece)) || isUtf8(fromByteText(whole));
  if (!isText) return redactPieces(texts, rules, { isBytes: true, isBinary: true });
  if (rules.paths.length > 0) {
    const named = redactNamedPlaces(texts, whole, rules);
    if (named !== texts) {
      const again = redactTexts(
        named,
        named.map((text) => fromByteText(text)),
        contentType,
        { ...rules, paths: [] },
      );
      return again;
    }
  }
  const isMarked = hasLogProbabilities(whole);
  const isFramed = pieces.length > 1 || /event-stream|ndjson|json-?lines|jsonl/i.test(contentType);
  let redacted: readonly string[] = texts;
  // Cutting a delta may bring the next secret to light, and so may the pass over the text.
  for (let pass = 0; pass < 4; pass += 1) {
    const before = redacted;
    if (isFramed || isStreamedArray(whole)) redacted = redactDeltas(redacted, rules);
    else if (isMarked) redacted = redactDeltas(redacted, rules, tokenKeys);
    redacted = redactPieces(redacted, rules, { isBytes: true, isFramed });
    if (redacted === before) break;
  }
  return redacted;
}

/** What the user named by JSON path, in a document or in each of its payloads. */
function redactNamedPlaces(texts: readonly string[], whole: string, { paths }: TextRules): readonly string[] {
  const spans: Span[] = [];
  const isDocument = texts.length === 1 && isJson(whole);
  for (const { start, end } of payloadsOf(texts, whole, isDocument))
    scanJsonPaths(whole, start, end, paths, (span) => spans.push(span));
  return spans.length === 0 ? texts : replaceSpansInPieces(texts, spans, false);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text of an answer once more, token by token. */
function hasLogProbabilities(text: string): boolean {
  return text.includes('ogprobs"') || text.includes('logprobsResult"');
}

function isStreamedArray(text: string): boolean {
  return /^\s*\[\s*\{/.test(text);
}
