import type { HeaderList } from '../model/headers.ts';
import { framePayloads, isFramed } from './aws-frames.ts';

/** A stretch of a body that should be one JSON document. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The JSON documents of a response body, given as byte text. */
export function documentsOf(text: string, headers: HeaderList): readonly Stretch[] {
  return isFramed(headers) ? framePayloads(text) : jsonDocuments(text);
}

/**
 * Where the JSON documents of a body are: the whole body, the data of SSE events, or the lines of NDJSON. Says nothing about
 * whether they are valid. The body decides, not its content type: providers label both wrongly.
 *
 * Data that a server spread over several `data:` lines is several stretches, none of them valid alone, and so stays
 * untouched: no known provider does that with JSON.
 */
export function jsonDocuments(text: string): Stretch[] {
  return mayBeWhole(text) && isJson(text) ? [{ start: 0, end: text.length }] : lineDocuments(text);
}

/** Whether a body begins like JSON: then it is one document if it is JSON from end to end. */
export function mayBeWhole(text: string): boolean {
  const first = text[firstVisible(text)];
  return first === '{' || first === '[';
}

/** The documents of a body that is not one as a whole. */
export function lineDocuments(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  const isNdjson = mayBeWhole(text);
  let start = firstVisible(text) === text.length ? text.length : 0;
  // A return without a line feed ends a line as well. Looked for once for all: most bodies have none.
  let nextReturn = indexOrEnd(text, '\r', 0);
  while (start < text.length) {
    if (nextReturn < start) nextReturn = indexOrEnd(text, '\r', start);
    const end = Math.min(indexOrEnd(text, '\n', start), nextReturn);
    // One server was seen to put a space before the field name.
    const field = text[start] === ' ' ? start + 1 : start;
    const from = text.startsWith('data:', field) ? field + 5 : isNdjson ? start : end;
    if (from < end) stretches.push({ start: from, end });
    start = end + 1;
  }
  return stretches;
}

function indexOrEnd(text: string, character: string, from: number): number {
  const index = text.indexOf(character, from);
  return index === -1 ? text.length : index;
}

/** After the white space that some gateways send while a model is busy, and a byte order mark (as bytes). */
function firstVisible(text: string): number {
  let i = text.startsWith('\u00EF\u00BB\u00BF') ? 3 : 0;
  while (i < text.length && text.charCodeAt(i) <= 0x20) i++;
  return i;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
