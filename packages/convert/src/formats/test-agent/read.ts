import { parseJson } from '../../json/parse.ts';
import { base64Body, bodyOf, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import { hasKeys } from '../../detect/sample.ts';
import type { Format } from '../format.ts';

/** Cassettes of Datadog's test agent: one exchange to a file. */
export const testAgent: Format = {
  id: 'test-agent',
  label: 'Datadog test agent (JSON)',
  matches: ({ object }) => {
    const request = fieldsOf(object['request']);
    return hasKeys(request, 'method', 'url') && /^https?:/i.test(textOf(request?.['url']) ?? '');
  },
  *read(recording) {
    let document: unknown;
    try {
      document = parseJson(recording.text());
    } catch {
      throw new Unreadable('it is not valid JSON (the file may be cut)');
    }
    yield* readOne('the exchange', () => readExchange(fieldsOf(document) ?? {}));
  },
};

function readExchange(document: Fields): FoundExchange {
  const request = fieldsOf(document['request']);
  const response = fieldsOf(document['response']);
  const url = textOf(request?.['url']);
  const status = fieldsOf(response?.['status']);
  const code = numberOf(status?.['code'] ?? response?.['status'] ?? response?.['statusCode']);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URL');
  if (response === undefined || code === undefined) throw new Unreadable('its response has no status');
  const statusText = textOf(status?.['message'] ?? response['statusText']);
  return {
    kind: 'exchange',
    where: 'the exchange',
    request: {
      method: textOf(request['method']) ?? 'GET',
      url,
      headers: headersOf(request['headers']),
      body: storedBody(request['body'], 'its request body'),
    },
    response: {
      status: code,
      ...(statusText !== undefined && { statusText }),
      headers: headersOf(response['headers']),
      body: storedBody(response['body'], 'its response body'),
    },
    notes: ['chunk-boundaries'],
  };
}

function storedBody(body: unknown, what: string): Uint8Array {
  if (typeof body === 'string' && body.startsWith('base64:'))
    return base64Body(body.slice('base64:'.length), what);
  return bodyOf(listOf(body)?.length === 0 ? null : body, what);
}
