import { addressOf } from '../../reading/address.ts';
import { bodyOf, fromText, Unreadable } from '../../reading/body.ts';
import { fieldsOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';

/** Cassettes of go-vcr, versions 1 and 2 of its format. */
export const goVcr: Format = {
  id: 'go-vcr',
  label: 'go-vcr (YAML)',
  matches: ({ yaml, isCut, text }) => {
    const request = 'interactions[].request';
    if (yaml.has(`${request}.url`))
      return (
        yaml.has('interactions[].response.code') ||
        yaml.has('interactions[].response.status') ||
        yaml.has('version')
      );
    // The body stands before the URL, and the version first, which vcrpy writes last.
    return isCut && yaml.has(request) && !yaml.has(`${request}.uri`) && /^(?:---\s+)?version: \d/.test(text);
  },
  read: (recording) =>
    readList(recording, ['interactions'], 'interaction', (item, where) =>
      readInteraction(item, where, recording),
    ),
};

function readInteraction(item: Fields | undefined, where: string, recording: Recording): FoundExchange {
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
      url: addressOf(url, recording, notes),
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
