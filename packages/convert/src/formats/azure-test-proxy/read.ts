import { headerValue, mediaType, type HeaderList } from '@reel/core/engine';
import { DamagedBase64, fromBase64 } from '../../reading/base64.ts';
import { base64Body, fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readJsonList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';

/** Session records of the Azure SDK's test proxy, also as the OpenAI library for .NET keeps them. */
export const azureTestProxy: Format = {
  id: 'azure-test-proxy',
  label: 'Azure SDK test proxy (JSON)',
  matches: ({ object }) => {
    const entries = listOf(object['Entries']);
    return entries !== undefined && (entries.length === 0 || 'RequestUri' in (fieldsOf(entries[0]) ?? {}));
  },
  read: (recording) => readJsonList(recording, ['Entries'], 'entry', readEntry),
};

function readEntry(entry: Fields | undefined, where: string): FoundExchange {
  const url = textOf(entry?.['RequestUri']);
  const status = numberOf(entry?.['StatusCode']);
  if (entry === undefined || url === undefined) throw new Unreadable('it has no RequestUri');
  if (status === undefined) throw new Unreadable('it has no StatusCode');
  const notes: NoteCode[] = ['chunk-boundaries'];
  const requestHeaders = headersOf(entry['RequestHeaders']);
  const headers = headersOf(entry['ResponseHeaders']);
  const isMultipart = /^multipart\//i.test(headerValue(requestHeaders, 'content-type') ?? '');
  const request = storedBody(entry['RequestBody'], requestHeaders, 'its request body', notes);
  if (isMultipart && request.byteLength === 0) notes.push('multipart-lost');
  return {
    kind: 'exchange',
    where,
    request: { method: textOf(entry['RequestMethod']) ?? 'GET', url, headers: requestHeaders, body: request },
    response: {
      status,
      headers,
      body: storedBody(entry['ResponseBody'], headers, 'its response body', notes),
    },
    notes,
  };
}

/**
 * A JSON body is its tree, text an array of its lines with their ends (an element may be `b64:` bytes in a multipart body), and
 * other text a string under `text/*`. Any other string is base64.
 */
function storedBody(body: unknown, headers: HeaderList, what: string, notes: NoteCode[]): Uint8Array {
  if (body === undefined || body === null) return fromText('');
  const lines = listOf(body);
  if (lines !== undefined && lines.every((line) => typeof line === 'string') && !isJson(headers))
    return Buffer.concat(lines.map((line) => lineBytes(line, what)));
  if (typeof body !== 'string') {
    notes.push('json-retyped');
    return jsonBody(body, what);
  }
  const type = mediaType(headers);
  if (type.startsWith('text/')) return fromText(body);
  // A JSON string, or text where no type says so: only what reads as base64 is.
  const bytes = fromBase64(body);
  if (isJson(headers)) return fromText(looksLikeJson(body) ? body : JSON.stringify(body));
  if (bytes instanceof DamagedBase64 || body === 'Sanitized') return fromText(body);
  return bytes;
}

function lineBytes(line: string, what: string): Uint8Array {
  return line.startsWith('b64:') ? base64Body(line.slice(4).trim(), what) : fromText(line);
}

function isJson(headers: HeaderList): boolean {
  return /[/+]json$/.test(mediaType(headers));
}

function looksLikeJson(text: string): boolean {
  return /^\s*[[{"]/.test(text);
}
