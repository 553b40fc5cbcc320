import { addressOf } from '../../reading/address.ts';
import { base64Body, fromText, jsonBody, Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readJsonList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import { hasKeys } from '../../detect/sample.ts';
import type { Format } from '../format.ts';

/** Cassettes of Braintrust's recorder: bodies by kind, large ones in files beside the cassette. */
export const braintrust: Format = {
  id: 'braintrust',
  label: 'Braintrust cassettes (JSON)',
  matches: ({ object }) => {
    const entries = listOf(object['entries']);
    const entry = fieldsOf(entries?.[0]);
    if (entries?.length === 0) return hasKeys(object['meta'], 'createdAt');
    return (
      entry !== undefined &&
      'request' in entry &&
      ('matchKey' in entry || 'callIndex' in entry || 'recordedAt' in entry)
    );
  },
  read: (recording) =>
    readJsonList(recording, ['entries'], 'entry', (item, where) => readEntry(item, where, recording)),
};

function readEntry(entry: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const request = fieldsOf(entry?.['request']);
  const response = fieldsOf(entry?.['response']);
  const url = textOf(request?.['url']);
  const status = numberOf(response?.['status']);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URL');
  if (response === undefined || status === undefined) throw new Unreadable('its response has no status');
  const notes: NoteCode[] = ['chunk-boundaries'];
  const requestHeaders = headersOf(request['headers']);
  if (requestHeaders.length === 0) notes.push('request-headers-missing');
  const recordedAt = timeOf(entry?.['recordedAt']);
  const statusText = textOf(response['statusText']);
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(request['method']) ?? 'GET',
      url: addressOf(url, recording, notes),
      headers: requestHeaders,
      body: bodyOfKind(fieldsOf(request['body']), 'its request body', recording, notes),
    },
    response: {
      status,
      ...(statusText !== undefined && { statusText }),
      headers: headersOf(response['headers']),
      body: bodyOfKind(fieldsOf(response['body']), 'its response body', recording, notes),
    },
    ...(recordedAt !== undefined && { recordedAt }),
    notes,
  };
}

function bodyOfKind(
  body: Fields | undefined,
  what: string,
  recording: Recording,
  notes: NoteCode[],
): Uint8Array {
  const kind = textOf(body?.['kind']) ?? 'empty';
  switch (kind) {
    case 'empty':
      return fromText('');
    case 'json':
      notes.push('json-retyped');
      return jsonBody(body?.['value'] ?? null, what);
    case 'text':
      return fromText(textOf(body?.['value']) ?? '');
    case 'base64':
      return base64Body(textOf(body?.['value']), what);
    case 'sse':
      notes.push('stream-rebuilt');
      // Each chunk is an event without the empty line that ends it.
      return fromText((listOf(body?.['chunks']) ?? []).map((chunk) => `${textOf(chunk) ?? ''}\n\n`).join(''));
    case 'binary': {
      const path = textOf(body?.['path']);
      const bytes = path === undefined ? undefined : recording.companion(path);
      if (bytes === undefined) throw new Unreadable(`${what} is in a file that is not there`);
      return bytes;
    }
    default:
      throw new Unreadable(`${what} is of an unknown kind`);
  }
}
