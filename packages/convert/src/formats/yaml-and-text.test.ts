import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bodyText, header, read, requestText } from '../../test/reading.ts';

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

describe('Ruby VCR', () => {
  const cassette = (
    body: string,
    end = '  recorded_at: Fri, 20 Nov 2026 10:00:00 GMT\nrecorded_with: VCR 6.3.1\n',
  ): string => `---
http_interactions:
- request:
    method: post
    uri: https://api.example.com/v1/x
    body: {encoding: UTF-8, string: '{"a":1}'}
    headers:
      Authorization: ['Bearer <TOKEN>']
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [text/event-stream]}
    body:
      encoding: ASCII-8BIT
      ${body}
${end}`;

  test.each([
    ['text', `string: "data: 1\\n\\n"`, 'data: 1\n\n'],
    ['!binary', `string: !binary |-\n        ${base64('data: é\n\n')}`, 'data: é\n\n'],
    ['base64_string', `base64_string: |\n        ${base64('data: 2\n\n')}`, 'data: 2\n\n'],
    ['compressed', `string: !binary |-\n        ${base64(gzipSync('data: 3\n\n'))}`, 'data: 3\n\n'],
  ])('reads a body that is %s', (_, body, expected) => {
    const { format, interactions, skipped } = read(cassette(body));
    expect({ format, skipped }).toEqual({ format: 'ruby-vcr', skipped: [] });
    expect([
      bodyText(interactions[0]!),
      requestText(interactions[0]!),
      interactions[0]!.request.method,
    ]).toEqual([expected, '{"a":1}', 'POST']);
  });

  test('tells a file that was cut in the middle of a body', () => {
    expect(read(cassette('string: "data"', '')).skipped).toEqual([
      'it has no recorded_at: the file is cut here',
    ]);
  });

  test('reads the JSON serializer and an answer without a body', () => {
    const { format, interactions } = read({
      http_interactions: [
        {
          request: {
            method: 'get',
            uri: 'https://api.example.com/',
            body: { encoding: 'US-ASCII', string: '' },
            headers: {},
          },
          response: { status: { code: 204, message: 'No Content' }, headers: {} },
          recorded_at: 'Fri, 20 Nov 2026 10:00:00 GMT',
        },
      ],
      recorded_with: 'VCR 6.3.1',
    });
    expect(format).toBe('ruby-vcr');
    expect(interactions[0]!.chunks).toEqual([]);
  });
});

describe('go-vcr', () => {
  test.each([
    [
      '2',
      'form: {}\n        content_length: 7',
      'status: 201 Created\n        code: 201\n        duration: 1m3.2s\n        uncompressed: true',
    ],
    ['1', 'form: {}', 'status: 201 Created\n        code: 201\n        duration: ""'],
  ])('reads version %s', (version, more, status) => {
    const { format, interactions } = read(`---
version: ${version}
interactions:
    - id: 0
      request:
        ${more}
        body: '{"a":1}'
        headers:
            Content-Type:
                - application/json
        url: https://api.example.com/v1/x
        method: POST
      response:
        body: |+
            data: 1

            data: 2

        headers:
            Content-Type:
                - text/event-stream
        ${status}
`);
    expect(format).toBe('go-vcr');
    expect([
      interactions[0]!.response!.status,
      interactions[0]!.chunks.length,
      bodyText(interactions[0]!),
    ]).toEqual([201, 2, 'data: 1\n\ndata: 2\n\n']);
  });
});

describe('two lists', () => {
  test('are put together, and their hidden headers are replaced by what the body shows', () => {
    const bytes = gzipSync(`requests:
- {method: POST, uri: 'https://api.example.com/a', headers: {X: ['**REDACTED**']}, body: !!binary ${base64('{}')}}
- {method: GET, uri: 'https://api.example.com/b', headers: {}, body: null}
responses:
- status: {code: 200, message: OK}
  headers: {content-type: ['**REDACTED**'], content-length: ['**REDACTED**'], transfer-encoding: ['**REDACTED**']}
  body: {string: !!binary ${base64('data: 1\n\n')}}
`);
    const { format, interactions, skipped, notes } = read(bytes);
    expect(format).toBe('vcrpy-lists');
    expect(interactions[0]!.response!.headers).toEqual([['content-type', 'text/event-stream']]);
    expect(skipped).toEqual(['it has no response']);
    expect(notes).toContain('content-type-derived');
  });
});

describe('httprr', () => {
  const pair = (request: string, response: string): string =>
    `${Buffer.byteLength(request)} ${Buffer.byteLength(response)}\n${request}${response}`;
  const request =
    'POST https://api.example.com/v1/x HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n\r\n{"a":"é"}';

  test('reads byte counts, chunked framing and lines that end with LF', () => {
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n';
    const plain = 'HTTP/2.0 404 Not Found\nContent-Type: text/plain\n\r\nnö';
    const { format, interactions, skipped } = read(
      `httprr trace v1\n${pair(request, chunked)}${pair(request, plain)}`,
    );
    expect({ format, skipped }).toEqual({ format: 'httprr', skipped: [] });
    expect(interactions.map((one) => [one.response!.status, bodyText(one)])).toEqual([
      [200, 'data: 1\n\ndata: 2\n\n'],
      [404, 'nö'],
    ]);
    expect(requestText(interactions[0]!)).toBe('{"a":"é"}');
  });

  test('gives what comes before a cut, and nothing of a header line alone', () => {
    const whole = `httprr trace v1\n${pair(request, 'HTTP/1.1 200 OK\r\n\r\nx')}`;
    const { interactions, skipped } = read(
      `${whole}${pair(request, 'HTTP/1.1 200 OK\r\n\r\nyyyyyyyy').slice(0, -4)}`,
    );
    expect([interactions.length, skipped]).toEqual([1, ['the file ends in the middle of it']]);
    expect(read('httprr trace v1\n').interactions).toEqual([]);
  });
});

describe('httpmock', () => {
  const document = (path: string, then: string): string => `---
when:
  path: ${path}
  method: POST
  query_param:
  - {name: a b, value: '1'}
  header:
  - {name: content-type, value: application/json}
  body: '{"x":1}'
then:
  status: 200
  header: []
${then}
`;

  test('takes the host from the folder, the path or the person, and says so', () => {
    const one = document('/v1/chat/completions', "  body: 'hi'");
    expect(read(one, 'cassettes/groq/chat/x.yaml').interactions[0]!.request.url).toBe(
      'https://api.groq.com/v1/chat/completions?a+b=1',
    );
    expect(read(document('/api/chat', "  body: 'hi'")).interactions[0]!.request.url).toBe(
      'http://localhost:11434/api/chat?a+b=1',
    );
    expect(read(one, 'x', { baseUrl: 'https://gateway.test/' }).interactions[0]!.request.url).toBe(
      'https://gateway.test/v1/chat/completions?a+b=1',
    );
    const unknown = read(one, 'x');
    expect(unknown.interactions[0]!.request.url).toBe(
      'https://unknown-host.invalid/v1/chat/completions?a+b=1',
    );
    expect(unknown.notes).toContain('host-unknown');
  });

  test('reads base64 and goes on after a damaged document', () => {
    const { interactions, skipped } = read(
      `${document('/v1/messages', `  body: ${base64('é')}\n  body_encoding: base64`)}---\nwhen: [unclosed\n${document('/v1/messages', '  body: two')}`,
    );
    expect(interactions.map(bodyText)).toEqual(['é', 'two']);
    expect(skipped).toHaveLength(1);
  });
});

describe('WebSocket logs', () => {
  test('are one session, whose payloads may have lines and letters of several bytes', () => {
    const frame = (mark: string, text: string): string => `${mark}${Buffer.byteLength(text)} ${text}\n`;
    const { format, sessions } = read(`${frame('>', '{"setup":1}')}${frame('<', '{\n  "a": "é"\n}\n')}`);
    expect(format).toBe('websocket-log');
    expect(sessions[0]!.frames.map(({ data }) => Buffer.from(data).toString())).toEqual([
      '{"setup":1}',
      '{\n  "a": "é"\n}\n',
    ]);
  });
});

describe('a bare answer', () => {
  test('is told by its shape, and its request is said to be derived', () => {
    const sse = read('event: message_start\ndata: {"type":"message_start","message":{}}\n\n');
    expect([
      sse.format,
      sse.interactions[0]!.request.url,
      header(sse.interactions[0]!, 'content-type'),
    ]).toEqual(['bare-stream', 'https://unknown-host.invalid/v1/messages', 'text/event-stream']);
    expect(sse.notes).toContain('request-derived');
    const json = read({ id: 'chatcmpl-1', object: 'chat.completion', choices: [] }, 'x', {
      baseUrl: 'https://api.openai.com',
    });
    expect([json.format, json.interactions[0]!.request.url]).toEqual([
      'bare-json',
      'https://api.openai.com/v1/chat/completions',
    ]);
    const lines = read(
      '{"object":"chat.completion.chunk","choices":[]}\n{"object":"chat.completion.chunk","choices":[]}\n',
    );
    expect([lines.format, bodyText(lines.interactions[0]!)]).toEqual([
      'bare-lines',
      'data: {"object":"chat.completion.chunk","choices":[]}\n\n'.repeat(2) + 'data: [DONE]\n\n',
    ]);
    const ollama = read('{"model":"m","done":false}\n{"model":"m","done":true}\n');
    expect(ollama.interactions[0]!.chunks).toHaveLength(2);
  });

  test('is not every JSON file', () => {
    for (const text of ['{"name":"x","version":"1.0.0"}', '[1,2,3]', '{"a":1}\n{"b":2}\n', '"text"', '12'])
      expect(read(text).format).toBe('it is in no format that is known');
  });
});
