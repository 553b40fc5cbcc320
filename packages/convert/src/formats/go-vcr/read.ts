import { bodyOf, fromText, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, type Fields } from '../../reading/fields.ts';
import { remark, skipped, type FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import type { NoteCode } from '../../reading/notes.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import { yamlItems } from '../../yaml/items.ts';
import { YamlReader } from '../../yaml/load.ts';
import type { Format } from '../format.ts';

/** Cassettes of go-vcr, versions 1 and 2 of its format. */
export const goVcr: Format = {
  id: 'go-vcr',
  label: 'go-vcr (YAML)',
  matches: ({ yaml }) =>
    yaml.has('interactions[].request.url') &&
    (yaml.has('interactions[].response.code') ||
      yaml.has('interactions[].response.status') ||
      yaml.has('version')),
  *read(recording) {
    const reader = new YamlReader();
    for (const item of yamlItems(recording, ['interactions'], reader)) {
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
  const url = textOf(request?.['url']);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URL');
  if (response === undefined) throw new Unreadable('it has no response (the file may be cut here)');
  const status = textOf(response['status']);
  const code = numberOf(response['code']) ?? numberOf(status?.slice(0, 3));
  if (code === undefined || code === 0)
    throw new Unreadable('its response has no status (the file may be cut here)');
  const headers = headersOf(response['headers']);
  const notes: NoteCode[] = ['chunk-boundaries'];
  if (headers.length <= 1) notes.push('response-headers-missing');
  const statusText = status?.replace(/^\d{3}\s*/, '');
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(request['method']) ?? 'GET',
      url,
      headers: headersOf(request['headers']),
      body: requestBody(request),
    },
    response: {
      status: code,
      ...(statusText !== undefined && { statusText }),
      headers,
      body: bodyOf(response['body'], 'its response body'),
    },
    notes,
  };
}

/** Forms that the client built in memory are kept as a map and leave the body empty. */
function requestBody(request: Fields): Uint8Array {
  const body = bodyOf(request['body'], 'its request body');
  const form = headersOf(request['form']);
  if (body.byteLength > 0 || form.length === 0) return body;
  return fromText(
    new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])).toString(),
  );
}
