import { parseJson } from '../../json/parse.ts';
import { base64Body, bodyOf, jsonBody, Unreadable } from '../../reading/body.ts';
import { readOne } from '../../reading/each.ts';
import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { remark, skipped, type Found, type FoundExchange } from '../../reading/found.ts';
import { headersOf } from '../../reading/headers.ts';
import { baseOf } from '../../reading/host.ts';
import type { NoteCode } from '../../reading/notes.ts';
import type { Recording } from '../../reading/recording.ts';
import { numberOf, textOf } from '../../reading/text.ts';
import { yamlDocuments } from '../../yaml/items.ts';
import { YamlReader } from '../../yaml/load.ts';
import type { Format } from '../format.ts';
import { askedBody } from './asked-body.ts';
import { inOrder } from './order.ts';

const ofRequest = ['url', 'urlPath', 'urlPattern', 'urlPathPattern', 'urlPathTemplate', 'bodyPatterns'];

/** Stub mappings of WireMock, one or many to a file, in JSON or YAML; bodies in the file or under `__files`. */
export const wiremock: Format = {
  id: 'wiremock',
  label: 'WireMock mappings (JSON, YAML)',
  matches: ({ object, yaml, isCut }) => {
    const [stub] = listOf(object['mappings']) ?? [object];
    const request = fieldsOf(fieldsOf(stub)?.['request']);
    if (request !== undefined && ofRequest.some((key) => key in request)) return true;
    const at = yaml.has('mappings[]') ? 'mappings[].' : '';
    return (
      yaml.has(`${at}request`) &&
      ofRequest.some((key) => yaml.has(`${at}request.${key}`)) &&
      (at !== '' || yaml.has('response') || isCut) &&
      (yaml.has(`${at}request.bodyPatterns`) ||
        yaml.has(`${at}response.base64Body`) ||
        yaml.has(`${at}insertionIndex`) ||
        yaml.has(`${at}id`) ||
        yaml.has(`${at}uuid`) ||
        yaml.has(`${at}response.status`))
    );
  },
  *read(recording) {
    const stubs: { readonly stub: Fields; readonly where: string }[] = [];
    for (const found of stubsOf(recording)) {
      if ('stub' in found) stubs.push(found);
      else yield found;
    }
    const ordered = inOrder(stubs);
    if (ordered.some((stub, index) => stub !== stubs[index])) yield remark('order-derived');
    for (const { stub, where } of ordered) yield* readOne(where, () => readStub(stub, where, recording));
  },
};

function* stubsOf(
  recording: Recording,
): Generator<Found | { readonly stub: Fields; readonly where: string }> {
  let number = 0;
  for (const document of documentsOf(recording)) {
    if ('kind' in document) {
      yield document;
      continue;
    }
    const fields = fieldsOf(document.value);
    for (const stub of listOf(fields?.['mappings']) ?? [fields]) {
      number++;
      const where = `stub ${number}`;
      const one = fieldsOf(stub);
      yield one === undefined ? skipped(where, 'it is no stub') : { stub: one, where };
    }
  }
}

function* documentsOf(recording: Recording): Generator<Found | { readonly value: unknown }> {
  const text = recording.text();
  if (/^\s*\{/.test(text)) {
    try {
      yield { value: parseJson(text) };
    } catch {
      throw new Unreadable('it is not valid JSON (the file may be cut)');
    }
    return;
  }
  const reader = new YamlReader();
  for (const item of yamlDocuments(recording, reader)) {
    if ('problem' in item) {
      yield remark('damaged-file');
      yield skipped(`document ${item.number}`, item.problem);
    } else yield { value: item.value };
  }
}

function readStub(stub: Fields, where: string, recording: Recording): FoundExchange {
  const request = fieldsOf(stub['request']);
  const response = fieldsOf(stub['response']);
  if (request === undefined || response === undefined)
    throw new Unreadable('it has no request or no response');
  const path = textOf(request['url'] ?? request['urlPath']);
  if (path === undefined) throw new Unreadable('its URL is a pattern: no request was recorded');
  if ('proxyBaseUrl' in response) throw new Unreadable('it is a proxy and answers nothing itself');
  if ('fault' in response) throw new Unreadable(`it is a simulated fault (${textOf(response['fault'])})`);
  const method = textOf(request['method']) ?? 'ANY';
  if (method === 'ANY') throw new Unreadable('it answers any method: no request was recorded');
  const notes: NoteCode[] = ['chunk-boundaries', 'request-headers-missing'];
  const base = baseOf(recording, path);
  if (base.note !== undefined) notes.push(base.note);
  return {
    kind: 'exchange',
    where,
    request: {
      method,
      url: `${base.url}${path}${queryOf(request, notes)}`,
      headers: exactHeaders(request['headers']),
      body: askedBody(request, notes),
    },
    response: {
      status: numberOf(response['status']) ?? 200,
      headers: headersOf(response['headers']),
      body: answeredBody(response, recording),
    },
    notes,
  };
}

function queryOf(request: Fields, notes: NoteCode[]): string {
  const parameters = fieldsOf(request['queryParameters']);
  if (parameters === undefined) return '';
  notes.push('query-from-parameters');
  const pairs = Object.entries(parameters).flatMap(([name, matcher]): [string, string][] => {
    const fields = fieldsOf(matcher);
    const values = listOf(fields?.['hasExactly'])?.map((one) => fieldsOf(one)?.['equalTo']) ?? [
      fields?.['equalTo'],
    ];
    return values.flatMap((value): [string, string][] => {
      const text = textOf(value);
      if (text === undefined) throw new Unreadable('a query parameter is a pattern: no request was recorded');
      return [[name, text]];
    });
  });
  return `?${new URLSearchParams(pairs).toString()}`;
}

/** Headers that are compared exactly were sent so; patterns say nothing of what was sent. */
function exactHeaders(matchers: unknown): [string, string][] {
  return Object.entries(fieldsOf(matchers) ?? {}).flatMap(([name, matcher]): [string, string][] => {
    const text = textOf(fieldsOf(matcher)?.['equalTo']);
    return text === undefined ? [] : [[name, text]];
  });
}

function answeredBody(response: Fields, recording: Recording): Uint8Array {
  const what = 'its response body';
  if ('base64Body' in response) return base64Body(textOf(response['base64Body']), what);
  if ('jsonBody' in response) return jsonBody(response['jsonBody'], what);
  const file = textOf(response['bodyFileName']);
  if (file === undefined) return bodyOf(response['body'], what);
  // `mappings/` and `__files/` lie side by side, and mappings may be in folders of their own.
  for (const up of ['..', '../..', '../../..', '.']) {
    const bytes = recording.companion(`${up}/__files/${file}`, `${up}/__files`);
    if (bytes !== undefined) return bytes;
  }
  throw new Unreadable('its body is in a file under __files that is not there');
}
