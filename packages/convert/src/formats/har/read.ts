import { addressOf } from '../../reading/address.ts';
import { Unreadable } from '../../reading/body.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import type { Found } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { readList } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf, timeOf } from '../../reading/text.ts';
import type { Format } from '../format.ts';
import { postedBody, receivedBody } from './content.ts';
import { readFrames } from './frames.ts';

/**
 * HTTP Archive 1.2 as browsers, proxies and Playwright write it (bodies in the file or beside it, WebSocket messages), and as
 * Polly.js does (compressed bodies in slices), in JSON or YAML.
 */
export const har: Format = {
  id: 'har',
  label: 'HAR (browsers, Playwright, proxies, Polly.js; JSON, YAML)',
  matches: ({ object, yaml }) =>
    fieldsOf(object['log']) !== undefined
      ? 'entries' in fieldsOf(object['log'])! || 'creator' in fieldsOf(object['log'])!
      : yaml.has('log.entries') || yaml.has('log.entries[].request'),
  read: (recording) =>
    readList(recording, ['log', 'entries'], 'entry', (item, where) => readEntry(item, where, recording)),
};

function readEntry(entry: Fields | undefined, where: string, recording: Recording): Found {
  const request = fieldsOf(entry?.['request']);
  const response = fieldsOf(entry?.['response']);
  const url = textOf(request?.['url']);
  if (entry === undefined || request === undefined || url === undefined)
    throw new Unreadable('it has no request with a URL');
  const frames = listOf(entry['_webSocketMessages']);
  if (frames !== undefined || /^wss?:/i.test(url)) {
    const started = timeOf(entry['startedDateTime']);
    return readFrames(frames ?? [], {
      where,
      url,
      headers: realHeaders(request['headers']),
      responseHeaders: realHeaders(response?.['headers']),
      ...(started !== undefined && { recordedAt: started }),
    });
  }
  if (/^(?:data|blob|chrome-extension|about|file):/i.test(url)) throw new Unreadable('it is no HTTP request');

  const isPolly = '_id' in entry;
  const notes: NoteCode[] = ['chunk-boundaries'];
  const method = textOf(request['method']) ?? 'GET';
  const requestHeaders = realHeaders(request['headers']);
  const posted = postedBody(fieldsOf(request['postData']), requestHeaders, recording, notes);
  const recordedAt = timeOf(entry['startedDateTime']);
  const found = {
    kind: 'exchange' as const,
    where,
    request: { method, url: addressOf(url, recording, notes), headers: requestHeaders, body: posted },
    ...(recordedAt !== undefined && { recordedAt }),
    notes,
  };
  const status = numberOf(response?.['status']);
  if (response === undefined || status === undefined)
    throw new Unreadable('its response has no status (the file may be cut here)');
  if (status <= 0) {
    // Firefox: the body is there, its status and headers are not.
    if (textOf(fieldsOf(response['content'])?.['text']))
      throw new Unreadable("it came from the browser's cache, without status (record with the cache off)");
    const message = textOf(response['_error'] ?? entry['_error']) ?? 'the browser got no response';
    return { ...found, ending: { kind: 'aborted', by: 'upstream', message } };
  }
  const statusText = textOf(response['statusText']);
  return {
    ...found,
    response: {
      status,
      ...(statusText !== undefined && { statusText }),
      headers: realHeaders(response['headers']),
      body: receivedBody({ response, status, method, isPolly, recording, notes }),
    },
  };
}

/** Browsers list the pseudo-headers of HTTP/2 among the headers: they are the request line. */
function realHeaders(value: unknown): [string, string][] {
  return headersOf(value)
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, text]) => [name, text]);
}
