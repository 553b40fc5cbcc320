import { isUtf8 } from 'node:buffer';
import { headerValue, mediaType, type HeaderList } from '@reel/core/engine';
import { fromText, hexBody, jsonBody, Unreadable } from '../../reading/body.ts';
import { listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readJsonList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';

/** What nock's recorder writes with `output_objects`, and what nock.back keeps. */
export const nock: Format = {
  id: 'nock',
  label: 'nock (recorder objects, nock.back; JSON)',
  matches: ({ first, json, text }) =>
    ('scope' in first && ('path' in first || 'method' in first)) ||
    (Array.isArray(json) && /^\s*\[\s*\]\s*$/.test(text)),
  read: (recording) => readJsonList(recording, [], 'call', readCall),
};

function readCall(call: Fields | undefined, where: string): FoundExchange {
  const scope = textOf(call?.['scope']);
  const path = textOf(call?.['path']);
  const status = numberOf(call?.['status'] ?? call?.['reply']);
  if (call === undefined || scope === undefined || path === undefined)
    throw new Unreadable('it has no scope or no path');
  if (status === undefined) throw new Unreadable('it has no status');
  const headers = headersOf(call['rawHeaders'] ?? call['headers']);
  const requestHeaders = headersOf(call['reqheaders']);
  const notes: NoteCode[] = ['chunk-boundaries'];
  if (requestHeaders.length === 0) notes.push('request-headers-missing');
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(call['method']) ?? 'GET',
      url: `${scope.replace(/\/$/, '')}${path.startsWith('/') ? '' : '/'}${path}`,
      headers: requestHeaders,
      body: requestBody(call['body'], requestHeaders, notes),
    },
    response: { status, headers, body: responseBody(call, headers, notes) },
    notes,
  };
}

function requestBody(body: unknown, headers: HeaderList, notes: NoteCode[]): Uint8Array {
  if (body === undefined || body === '') return fromText('');
  if (typeof body !== 'string') {
    notes.push('json-retyped');
    return jsonBody(body, 'its request body');
  }
  // Bytes that are no text are written in hexadecimal, and nothing says so: text would be there as it is.
  if (body.length % 2 === 0 && /^[0-9a-f]+$/.test(body)) {
    const bytes = Buffer.from(body, 'hex');
    if (!isUtf8(bytes)) return new Uint8Array(bytes);
  }
  return fromText(jsonStringOr(body, headers));
}

function responseBody(call: Fields, headers: HeaderList, notes: NoteCode[]): Uint8Array {
  const { response } = call;
  const what = 'its response body';
  if (response === undefined || response === '') return fromText('');
  const list = listOf(response);
  const isHexList = list?.every(
    (item) => typeof item === 'string' && item.length % 2 === 0 && /^[0-9a-f]*$/i.test(item),
  );
  if (
    list !== undefined &&
    list.length > 0 &&
    isHexList &&
    headerValue(headers, 'content-encoding') !== undefined
  )
    return hexBody(list.join(''), what);
  if (typeof response === 'string')
    return call['responseIsBinary'] === true
      ? hexBody(response, what)
      : fromText(jsonStringOr(response, headers));
  notes.push('json-retyped');
  return jsonBody(response, what);
}

/** nock parses every body that is JSON, a JSON string too: under a JSON type, text that is no JSON was one. */
function jsonStringOr(text: string, headers: HeaderList): string {
  if (!/[/+]json$/.test(mediaType(headers))) return text;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return /^\s*[[{]|^(?:data|event):/.test(text) ? text : JSON.stringify(text);
  }
}
