import { parseJson } from '../../json/parse.ts';
import { fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { sseEvent } from '../../reading/event.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange, FoundResponse } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';

/**
 * llama-stack's (OGX's) recordings: one call of a client library each, its answer as objects of that library. Bodies are
 * rebuilt; calls that are no HTTP (tools, other libraries) are not.
 */
export const llamaStack: Format = {
  id: 'llama-stack',
  label: 'llama-stack / OGX (JSON)',
  matches: ({ object }) => {
    const request = fieldsOf(object['request']);
    const response = fieldsOf(object['response']);
    if (request === undefined) return false;
    return (
      'id_normalization_mapping' in object ||
      'test_id' in object ||
      (response !== undefined && 'is_streaming' in response) ||
      ('endpoint' in request && 'model' in request)
    );
  },
  *read(recording) {
    let document: unknown;
    try {
      document = parseJson(recording.text());
    } catch {
      throw new Unreadable('it is not valid JSON (the file may be cut)');
    }
    yield* readOne('the call', () => readCall(fieldsOf(document) ?? {}));
  },
};

function readCall(document: Fields): FoundExchange {
  const request = fieldsOf(document['request']) ?? {};
  const response = fieldsOf(document['response']);
  const url = textOf(request['url']);
  if (url === undefined || !/^https?:/i.test(url))
    throw new Unreadable('it is a call of a library or tool, not of an HTTP API');
  if (response === undefined) throw new Unreadable('it has no response');
  const notes: NoteCode[] = [
    'chunk-boundaries',
    'request-headers-missing',
    'response-headers-missing',
    'json-retyped',
  ];
  const address = withoutDoubled(url);
  if (address !== url) notes.push('url-undoubled');
  const isList = /\/models\/?$/.test(new URL(address).pathname);
  const asked = request['body'] ?? request['payload'];
  const isEmpty = asked === undefined || asked === null || isList;
  return {
    kind: 'exchange',
    where: 'the call',
    request: {
      // Every call of the library is written down as POST.
      method: isList ? 'GET' : (textOf(request['method']) ?? 'POST'),
      url: address,
      headers: headersOf(request['headers']),
      body: isEmpty ? fromText('') : jsonBody(asked, 'its request body'),
    },
    response: answer(response, address, isList, notes),
    notes,
  };
}

/** The library's base URL and the endpoint both hold the version. */
function withoutDoubled(url: string): string {
  return url.replace(/\/(v\d+(?:beta)?)\/\1\//, '/$1/');
}

function answer(response: Fields, url: string, isList: boolean, notes: NoteCode[]): FoundResponse {
  const status = numberOf(response['status']);
  if (response['is_exception'] === true) return failure(response, notes);
  if (status === undefined) notes.push('status-assumed');
  const body = response['body'];
  if (body === undefined) throw new Unreadable('its response has no body');
  const isStreamed = response['is_streaming'] === true;
  return {
    status: status ?? 200,
    headers: [],
    body: isStreamed ? stream(body, url, notes) : whole(body, isList, notes),
  };
}

function whole(body: unknown, isList: boolean, notes: NoteCode[]): Uint8Array {
  const list = listOf(body);
  if (list !== undefined && isList) {
    notes.push('sdk-objects');
    return jsonBody({ object: 'list', data: list.map((item) => dataOf(item, notes)) }, 'its response body');
  }
  if (typeof body === 'string') return fromText(body);
  return body === null
    ? fromText('')
    : jsonBody(list?.map((item) => dataOf(item, notes)) ?? dataOf(body, notes), 'its response body');
}

/** Chunks of a stream: lines of the SSE text as they came, or one object of the library for each event. */
function stream(body: unknown, url: string, notes: NoteCode[]): Uint8Array {
  const chunks = listOf(body);
  if (chunks === undefined) throw new Unreadable('its stream is no list of chunks');
  if (chunks.every((chunk) => typeof chunk === 'string'))
    return fromText(chunks.map((line) => `${line}\n`).join(''));
  notes.push('stream-rebuilt');
  if (/\/api\/(?:chat|generate|pull)$/.test(new URL(url).pathname))
    return fromText(chunks.map((chunk) => `${JSON.stringify(dataOf(chunk, notes))}\n`).join(''));
  const events = chunks.map((chunk) => {
    const data = dataOf(chunk, notes);
    const type = textOf(fieldsOf(data)?.['type']);
    return sseEvent(data, type, { lineEnd: '\n' });
  });
  const isChat = new URL(url).pathname.endsWith('/completions');
  return fromText(`${events.join('')}${isChat ? 'data: [DONE]\n\n' : ''}`);
}

function dataOf(item: unknown, notes: NoteCode[]): unknown {
  const fields = fieldsOf(item);
  if (fields === undefined || !('__data__' in fields)) return item;
  if (!notes.includes('sdk-objects')) notes.push('sdk-objects');
  return fields['__data__'];
}

function failure(response: Fields, notes: NoteCode[]): FoundResponse {
  const data = fieldsOf(response['exception_data']);
  const status = numberOf(data?.['status_code']);
  if (status === undefined || status < 400)
    throw new Unreadable('it failed without an HTTP status (a connection error, or an error of the library)');
  notes.push('error-rebuilt');
  const body = data?.['body'];
  const message = textOf(data?.['message'] ?? response['exception_message']) ?? '';
  // OpenAI's library keeps what was under `error`.
  return { status, headers: [], body: jsonBody({ error: body ?? { message } }, 'its error') };
}
