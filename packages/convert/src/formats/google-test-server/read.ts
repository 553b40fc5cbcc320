import { headerValue, type HeaderList } from '@reel/core/engine';
import { fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { sseEvent } from '../../reading/event.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readJsonList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';

/** Recordings of Google's test-server, which the SDKs of Gemini and Vertex use. */
export const googleTestServer: Format = {
  id: 'google-test-server',
  label: 'Google test-server (JSON)',
  matches: ({ object }) => {
    const interactions = listOf(object['interactions']);
    const request = fieldsOf(fieldsOf(interactions?.[0])?.['request']);
    return (
      interactions !== undefined &&
      ('recordID' in object ||
        (request !== undefined && ('serverAddress' in request || 'bodySegments' in request)))
    );
  },
  read: (recording) => readJsonList(recording, ['interactions'], 'interaction', readInteraction),
};

function readInteraction(item: Fields | undefined, where: string): FoundExchange {
  const request = fieldsOf(item?.['request']);
  const response = fieldsOf(item?.['response']);
  const path = textOf(request?.['url']);
  const status = numberOf(response?.['statusCode']);
  if (request === undefined || path === undefined) throw new Unreadable('it has no request with a URL');
  if (response === undefined || status === undefined) throw new Unreadable('its response has no status');
  const headers = headersOf(response['headers']);
  const notes: NoteCode[] = ['chunk-boundaries', 'json-retyped'];
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(request['method']) ?? 'GET',
      url: urlOf(request, path),
      headers: headersOf(request['headers']),
      body: segments(request['bodySegments'], '', 'its request body'),
    },
    response: { status, headers, body: responseBody(response, headers, notes) },
    notes,
  };
}

function urlOf(request: Fields, path: string): string {
  if (/^https?:/i.test(path)) return path;
  const host = textOf(request['serverAddress']) ?? headerValue(headersOf(request['headers']), 'host');
  if (host === undefined) throw new Unreadable('its request has no host');
  const scheme = textOf(request['protocol']) ?? 'https';
  const port = numberOf(request['port']);
  const isUsual = port === undefined || port === (scheme === 'http' ? 80 : 443);
  return `${scheme}://${host}${isUsual ? '' : `:${port}`}${path}`;
}

function responseBody(response: Fields, headers: HeaderList, notes: NoteCode[]): Uint8Array {
  const isStream = /event-stream/i.test(headerValue(headers, 'content-type') ?? '');
  if (!isStream) return segments(response['bodySegments'], '', 'its response body');
  notes.push('stream-rebuilt');
  // As Google's servers frame them.
  const events = (listOf(response['bodySegments']) ?? []).map((segment) =>
    sseEvent(segment, undefined, { lineEnd: '\r\n' }),
  );
  return fromText(events.join(''));
}

/** One segment is the body; a stream of JSON without SSE is an array of them. */
function segments(value: unknown, between: string, what: string): Uint8Array {
  const list = listOf(value) ?? [];
  if (list.length === 1) return typeof list[0] === 'string' ? fromText(list[0]) : jsonBody(list[0], what);
  if (list.every((segment) => typeof segment === 'string')) return fromText(list.join(between));
  return jsonBody(list, what);
}
