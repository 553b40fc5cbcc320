import { addressOf } from '../../reading/address.ts';
import { Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';
import { storedBody } from './body.ts';

/**
 * Cassettes of Ruby's VCR, in YAML or JSON: text, `!binary` or `base64_string` bodies. Python's betamax and R's vcr write
 * the same form, with the status in ways of their own.
 */
export const rubyVcr: Format = {
  id: 'ruby-vcr',
  label: "Ruby VCR, R's vcr, betamax (YAML, JSON)",
  matches: ({ object, yaml }) =>
    yaml.has('http_interactions') || listOf(object['http_interactions']) !== undefined,
  read: (recording) =>
    readList(recording, ['http_interactions'], 'interaction', (item, where) =>
      readInteraction(item, where, recording),
    ),
};

function readInteraction(item: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const request = fieldsOf(item?.['request']);
  const response = fieldsOf(item?.['response']);
  const url = textOf(request?.['uri']);
  if (request === undefined || url === undefined) throw new Unreadable('it has no request with a URI');
  if (response === undefined) throw new Unreadable('it has no response (the file may be cut here)');
  const status = fieldsOf(response['status']);
  const code = numberOf(
    status?.['code'] ?? status?.['status_code'] ?? response['status_code'] ?? response['status'],
  );
  if (code === undefined) throw new Unreadable('its response has no status (the file may be cut here)');
  // The last line of every interaction: without it, the body above may be cut and still be valid YAML.
  if (item !== undefined && !('recorded_at' in item) && !('http_version' in response))
    throw new Unreadable('it has no recorded_at: the file is cut here');
  const message = textOf(status?.['message']);
  const recordedAt = timeOf(item?.['recorded_at']);
  const notes: NoteCode[] = ['chunk-boundaries'];
  return {
    kind: 'exchange',
    where,
    request: {
      method: (textOf(request['method']) ?? 'get').replace(/^:/, ''),
      url: addressOf(url, recording, notes),
      headers: headersOf(request['headers']),
      body: storedBody(request['body'], 'its request body', recording, notes),
    },
    response: {
      status: code,
      ...(message !== undefined && { statusText: message }),
      headers: headersOf(response['headers']),
      body: storedBody(response['body'], 'its response body', recording, notes),
    },
    ...(recordedAt !== undefined && { recordedAt }),
    notes,
  };
}
