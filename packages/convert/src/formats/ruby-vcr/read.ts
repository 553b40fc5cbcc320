import { base64Body, bodyOf, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { remark, skipped, type FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import { jsonItems } from '../../json/items.ts';
import { yamlItems } from '../../yaml/items.ts';
import { YamlReader } from '../../yaml/load.ts';
import type { Format } from '../format.ts';

/** Cassettes of Ruby's VCR, in YAML or JSON: text, `!binary` or `base64_string` bodies. */
export const rubyVcr: Format = {
  id: 'ruby-vcr',
  label: 'Ruby VCR (YAML, JSON)',
  matches: ({ object, yaml }) =>
    yaml.has('http_interactions') || listOf(object['http_interactions']) !== undefined,
  *read(recording) {
    const isJson = /^\s*\{/.test(Buffer.from(recording.head.subarray(0, 64)).toString('utf8'));
    const reader = new YamlReader();
    const items = isJson
      ? jsonItems(recording, ['http_interactions'])
      : yamlItems(recording, ['http_interactions'], reader);
    for (const item of items) {
      const where = `interaction ${item.number}`;
      if ('problem' in item) {
        yield remark('damaged-file');
        yield skipped(where, item.problem);
      } else yield* readOne(where, () => readInteraction(fieldsOf(item.value), where));
    }
    if (reader.hasForeignTags) yield remark('unknown-tags');
  },
};

function readInteraction(item: Fields | undefined, where: string): FoundExchange {
  const request = fieldsOf(item?.['request']);
  const response = fieldsOf(item?.['response']);
  const url = textOf(request?.['uri']);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URI');
  if (response === undefined) throw new Unreadable('it has no response (the file may be cut here)');
  const status = fieldsOf(response['status']);
  const code = numberOf(status?.['code']);
  if (code === undefined) throw new Unreadable('its response has no status (the file may be cut here)');
  // The last line of every interaction: without it, the body above may be cut and still be valid YAML.
  if (item !== undefined && !('recorded_at' in item) && !('http_version' in response))
    throw new Unreadable('it has no recorded_at: the file is cut here');
  const message = textOf(status?.['message']);
  const recordedAt = timeOf(item?.['recorded_at']);
  return {
    kind: 'exchange',
    where,
    request: {
      method: (textOf(request['method']) ?? 'get').replace(/^:/, ''),
      url,
      headers: headersOf(request['headers']),
      body: storedBody(request['body'], 'its request body'),
    },
    response: {
      status: code,
      ...(message !== undefined && { statusText: message }),
      headers: headersOf(response['headers']),
      body: storedBody(response['body'], 'its response body'),
    },
    ...(recordedAt !== undefined && { recordedAt }),
    notes: ['chunk-boundaries'],
  };
}

function storedBody(body: unknown, what: string): Uint8Array {
  const fields = fieldsOf(body);
  if (fields === undefined) return bodyOf(body, what);
  if ('base64_string' in fields) return base64Body(textOf(fields['base64_string']), what);
  return bodyOf(fields['string'], what);
}
