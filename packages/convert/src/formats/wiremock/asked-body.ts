import { parseJson } from '../../json/parse.ts';
import { base64Body, fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { textOf } from '../../reading/text.ts';

/**
 * The body a stub waits for, where it is compared as a whole (`equalTo`, `equalToJson`, `binaryEqualTo`, `equalToXml`). Stubs
 * that look for a part of it recorded no request.
 */
export function askedBody(request: Fields, notes: NoteCode[]): Uint8Array {
  const patterns = listOf(request['bodyPatterns']) ?? [];
  if (listOf(request['multipartPatterns']) !== undefined) notes.push('multipart-lost');
  if (patterns.length === 0) return fromText('');
  notes.push('request-pattern');
  for (const pattern of patterns) {
    const body = exact(fieldsOf(pattern) ?? {});
    if (body !== undefined) return body;
  }
  throw new Unreadable('its request body is a pattern: no request was recorded');
}

function exact(pattern: Fields): Uint8Array | undefined {
  const what = 'its request body';
  if ('binaryEqualTo' in pattern) return base64Body(textOf(pattern['binaryEqualTo']), what);
  if ('equalToJson' in pattern) return asJson(pattern['equalToJson'], what);
  const text = textOf(pattern['equalTo'] ?? pattern['equalToXml']);
  return text === undefined ? undefined : fromText(text);
}

/** WireMock prints the JSON anew; compact is what clients send. */
function asJson(value: unknown, what: string): Uint8Array {
  if (typeof value !== 'string') return jsonBody(value, what);
  try {
    return jsonBody(parseJson(value), what);
  } catch {
    return fromText(value);
  }
}
