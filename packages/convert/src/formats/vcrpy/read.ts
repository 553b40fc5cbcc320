import { addressOf } from '../../reading/address.ts';
import { base64Body, bodyOf, jsonBody, Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';
import { readMessages } from './messages.ts';

/**
 * vcrpy's cassettes, version 1, in YAML or JSON: the requests-like shape, the one of httpx before vcrpy 6 (`content`,
 * `status_code`), pydantic-ai's (`parsed_body`), and the WebSocket messages that pydantic-ai keeps in the same files. A
 * response without a status is a file that was cut: vcrpy writes it last.
 */
export const vcrpy: Format = {
  id: 'vcrpy',
  label: 'vcrpy (YAML, JSON)',
  matches: ({ json, object, yaml, text, isCut }) => {
    if (json !== undefined) {
      const interactions = listOf(object['interactions']);
      if (interactions?.length === 0) return !('recordID' in object);
      const request = fieldsOf(fieldsOf(interactions?.[0])?.['request']) ?? {};
      return 'uri' in request || (isCut && 'body' in request && !('url' in request));
    }
    const item = 'interactions[]';
    return (
      yaml.has(`${item}.request.uri`) ||
      yaml.has(`${item}.request_stream`) ||
      yaml.has(`${item}.request_sample`) ||
      yaml.has(`${item}.collections_method`) ||
      (yaml.has(`${item}.kind`) && (yaml.has(`${item}.direction`) || yaml.has(`${item}.code`))) ||
      (yaml.has(`${item}.request`) && !yaml.has(`${item}.request.url`)) ||
      /^(?:version: 1\s+)?interactions: \[\]/.test(text)
    );
  },
  *read(recording) {
    const messages: Fields[] = [];
    yield* readList(recording, ['interactions'], 'interaction', (item, where) => {
      if (item === undefined || !('kind' in item) || 'request' in item)
        return readInteraction(item, where, recording);
      messages.push(item);
      return [];
    });
    if (messages.length > 0) yield readMessages(messages);
  },
};

function readInteraction(item: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const request = fieldsOf(item?.['request']);
  const response = fieldsOf(item?.['response']);
  if (item !== undefined && request === undefined) throw new Unreadable(reasonWithoutRequest(item));
  if (request === undefined) throw new Unreadable('it is empty');
  const url = textOf(request['uri'] ?? request['url']);
  if (url === undefined) throw new Unreadable('its request has no URI');
  if (response === undefined) throw new Unreadable('it has no response (the file may be cut here)');

  const notes: NoteCode[] = ['chunk-boundaries'];
  const requestHeaders = headersOf(request['headers']);
  const responseHeaders = headersOf(response['headers']);
  if (requestHeaders.length === 0) notes.push('request-headers-missing');
  if (responseHeaders.length === 0) notes.push('response-headers-missing');
  if ('parsed_body' in request || 'parsed_body' in response) notes.push('json-retyped');
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(request['method']) ?? 'GET',
      url: addressOf(url, recording, notes),
      headers: requestHeaders,
      body: requestBody(request),
    },
    response: { ...statusOf(response), headers: responseHeaders, body: responseBody(response) },
    notes,
  };
}

function reasonWithoutRequest(item: Fields): string {
  if ('request_stream' in item || 'request_sample' in item || 'collections_method' in item)
    return 'it is a gRPC call: Reel records HTTP';
  return 'it has no request';
}

function requestBody(request: Fields): Uint8Array {
  if (request['parsed_body'] !== undefined && request['parsed_body'] !== null)
    return jsonBody(request['parsed_body'], 'its request body');
  return storedBody(request['body'], 'its request body');
}

function responseBody(response: Fields): Uint8Array {
  const what = 'its response body';
  if (response['parsed_body'] !== undefined && response['parsed_body'] !== null)
    return jsonBody(response['parsed_body'], what);
  if ('content' in response && !('body' in response)) return storedBody(response['content'], what);
  return storedBody(response['body'], what);
}

/** A body is a scalar, or a map with the scalar under `string` or `base64_string`; any other map is a form or JSON tree. */
function storedBody(body: unknown, what: string): Uint8Array {
  const fields = fieldsOf(body);
  if (fields === undefined) return bodyOf(body, what);
  if ('base64_string' in fields) return base64Body(textOf(fields['base64_string']), what);
  if ('string' in fields) return bodyOf(fields['string'], what);
  return Object.keys(fields).length === 0 ? bodyOf(null, what) : bodyOf(body, what);
}

function statusOf(response: Fields): { status: number; statusText?: string } {
  const status = fieldsOf(response['status']);
  const code = numberOf(status?.['code'] ?? response['status_code'] ?? response['status']);
  if (code === undefined) throw new Unreadable('its response has no status (the file may be cut here)');
  const message = textOf(status?.['message']);
  return { status: code, ...(message !== undefined && { statusText: message }) };
}
