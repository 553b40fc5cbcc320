import { headerValue } from '@reel/core/engine';
import { base64Body, bodyOf, Unreadable } from '../../reading/body.ts';
import { fieldsOf, type Fields } from '../../reading/fields.ts';
import { remark, type FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { baseOf } from '../../reading/host.ts';
import { readItems, remarksOn } from '../../reading/list.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import { yamlDocuments } from '../../yaml/items.ts';
import { YamlReader } from '../../yaml/load.ts';
import type { Format } from '../format.ts';

/** Recordings of Rust's httpmock: a document of `when` and `then` for each exchange, without scheme and host. */
export const httpmock: Format = {
  id: 'httpmock',
  label: 'httpmock (Rust, YAML)',
  matches: ({ yaml, isCut }) => yaml.has('when') && (yaml.has('then') || (isCut && yaml.has('when.path'))),
  *read(recording) {
    yield* remarksOn(recording);
    const reader = new YamlReader();
    yield* readItems(yamlDocuments(recording, reader), 'document', (document, where) =>
      readDocument(document, where, recording),
    );
    if (reader.hasForeignTags) yield remark('unknown-tags');
  },
};

function readDocument(document: Fields | undefined, where: string, recording: Recording): FoundExchange {
  const when = fieldsOf(document?.['when']);
  const then = fieldsOf(document?.['then']);
  const path = textOf(when?.['path']);
  const status = numberOf(then?.['status']);
  if (when === undefined || path === undefined) throw new Unreadable('it has no path to ask for');
  if (then === undefined || status === undefined)
    throw new Unreadable('it has no status (the file may be cut here)');
  const notes: NoteCode[] = ['chunk-boundaries'];
  const base = baseOf(recording, path);
  if (base.note !== undefined) notes.push(base.note);
  const headers = headersOf(when['header']);
  const responseHeaders = headersOf(then['header']);
  if (responseHeaders.length === 0) notes.push('response-headers-missing');
  const body = bodyOf(when['body'], 'its request body');
  if (body.byteLength === 0 && /^multipart\//i.test(headerValue(headers, 'content-type') ?? ''))
    notes.push('multipart-lost');
  const query = headersOf(when['query_param']);
  const search = new URLSearchParams(
    query.map(([name, value]): [string, string] => [name, value]),
  ).toString();
  return {
    kind: 'exchange',
    where,
    request: {
      method: textOf(when['method']) ?? 'GET',
      url: `${base.url}${path}${search === '' ? '' : `?${search}`}`,
      headers,
      body:
        textOf(when['body_encoding']) === 'base64'
          ? base64Body(textOf(when['body']), 'its request body')
          : body,
    },
    response: {
      status,
      headers: responseHeaders,
      body:
        textOf(then['body_encoding']) === 'base64' || 'body_base64' in then
          ? base64Body(textOf(then['body_base64'] ?? then['body']), 'its response body')
          : bodyOf(then['body'], 'its response body'),
    },
    notes,
  };
}
