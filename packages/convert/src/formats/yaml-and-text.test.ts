import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bodyText, header, read, requestText } from '../../test/reading.ts';
import { recordingOf } from '../reading/recording.ts';
import { rubyVcr } from './ruby-vcr/read.ts';

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

  test('reads what betamax writes in the same form, and wrote before it had a map of the status', () => {
    const answer = {
      request: { body: '', headers: { Accept: '*/*' }, method: 'GET', uri: 'https://api.example.com/' },
      recorded_at: '2026-11-20T10:00:00',
    };
    const { interactions, skipped } = read({
      http_interactions: [
        {
          ...answer,
          response: { body: { base64_string: base64(gzipSync('one')) }, headers: {}, status_code: 200 },
        },
        {
          ...answer,
          response: {
            body: { encoding: 'utf-8', string: 'two' },
            headers: {},
            status: { code: 404, message: 'NOT FOUND' },
          },
        },
      ],
      recorded_with: 'betamax',
    });
    expect(skipped).toEqual([]);
    expect(interactions.map((one) => [one.response!.status, bodyText(one)])).toEqual([
      [200, 'one'],
      [404, 'two'],
    ]);
  });

  describe('as vcr of R writes it', () => {
    const cassette = (body: string, status = '200', asked = ''): string => `http_interactions:
- request:
    method: POST
    uri: https://api.example.com/v1/x
${asked}  response:
    status: ${status}
    headers:
      content-type: application/json
      content-encoding: br
      link:
      - a
      - b
    body:
      ${body}
  recorded_at: 2026-11-20 10:00:00
recorded_with: VCR-vcr/2.1.0
`;

    test.each([
      ['text', `string: '{"a":1}'`, '{"a":1}'],
      ['compressed bytes', `raw_gzip: ${base64(deflateSync('{"b":2}'))}`, '{"b":2}'],
      ['base64', `base64_string: ${base64('{"c":3}')}`, '{"c":3}'],
      ['nothing', `string: no`, ''],
    ])('reads a body that is %s', (_, body, expected) => {
      const { format, interactions, skipped } = read(cassette(body));
      expect({ format, skipped }).toEqual({ format: 'ruby-vcr', skipped: [] });
      expect([interactions[0]!.response!.status, bodyText(interactions[0]!)]).toEqual([200, expected]);
    });

    test('reads the status of its first versions', () => {
      const old = read(cassette(`string: x`, `{status_code: '404', message: Not Found, explanation: x}`));
      expect(old.interactions[0]!.response!.status).toBe(404);
    });

    test('reads the fields of a form, and says that a file is lost', () => {
      const asked = (fields: string): string => `    body:\n      fields: ${fields}\n`;
      const form = read(cassette('string: x', '200', asked('{grant_type: a b, scope: c}')));
      expect(requestText(form.interactions[0]!)).toBe('grant_type=a+b&scope=c');
      const upload = read(cassette('string: x', '200', asked('{file: {path: a.pdf}}')));
      expect([requestText(upload.interactions[0]!), upload.notes.has('multipart-lost')]).toEqual(['', true]);
    });

    test('says when a body is in a file', () => {
      for (const body of ['on_disk: /tmp/body.json', 'file: yes\n      string: body.json'])
        expect(read(cassette(body)).skipped).toEqual(['its response body is in a file that is not there']);
    });

    test('reads a time without a zone as UTC, wherever it is read', () => {
      vi.stubEnv('TZ', 'America/New_York');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(new Date(2026, 10, 20).getTimezoneOffset()).toBe(300);
      const [found] = [...rubyVcr.read(recordingOf(Buffer.from(cassette('string: x')), 'x'))];
      expect(found).toMatchObject({ recordedAt: Date.UTC(2026, 10, 20, 10) });
    });
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

describe('a placeholder in place of scheme and host', () => {
  const cassette = (uri: string): string => `---
http_interactions:
- request: {method: post, uri: '${uri}', headers: {}, body: {string: ''}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: ok}}
  recorded_at: Fri, 20 Nov 2026 10:00:00 GMT
`;
  const seen = (uri: string, baseUrl?: string): unknown[] => {
    const { interactions, skipped, notes } = read(
      cassette(uri),
      'x.yml',
      baseUrl === undefined ? {} : { baseUrl },
    );
    return [interactions[0]?.request.url ?? skipped[0], notes.has('base-placeholder')];
  };

  test.each([
    ['<LOCAL_API_BASE>/chat/completions?a=1', 'https://local-api-base.invalid/chat/completions?a=1'],
    ['{{ base_url }}/v1/x', 'https://base-url.invalid/v1/x'],
    ['${BASE}', 'https://base.invalid'],
    ['[FILTERED]/x', 'https://filtered.invalid/x'],
    ['<<ENTERPRISE_HOST>>stats/all', 'https://enterprise-host.invalid/stats/all'],
  ])('%s keeps its words, and is said', (uri, url) => {
    expect(seen(uri)).toEqual([url, true]);
  });

  test('is what the person who imports says', () => {
    expect(seen('<LOCAL_API_BASE>/chat/completions', 'http://localhost:8080/v1/')).toEqual([
      'http://localhost:8080/v1/chat/completions',
      false,
    ]);
    expect(seen('<<HOST>>chat/completions', 'http://localhost:8080/v1')[0]).toBe(
      'http://localhost:8080/v1/chat/completions',
    );
    expect(seen('/chat/completions', 'http://localhost:8080/v1')).toEqual([
      'http://localhost:8080/v1/chat/completions',
      false,
    ]);
  });

  test('is no path and no part of a host', () => {
    for (const uri of ['/chat/completions', '<SUB>.example.com/x', '<SCHEME>://api.example.com/x'])
      expect(seen(uri)[0], uri).toMatch(/not an absolute/);
    expect(seen('https://runtime.<AWS_REGION>.amazonaws.com/x')[1]).toBe(false);
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

  test('of a file that was cut give what is whole', () => {
    const text = `requests:
${[1, 2, 3].map((n) => `- body: null\n  headers: {}\n  method: GET\n  uri: https://api.example.com/${n}\n`).join('')}responses:
${[1, 2, 3].map((n) => `- body:\n    string: "${n}"\n  headers: {}\n  status:\n    code: 200\n    message: OK\n`).join('')}`;
    const { interactions, skipped, notes } = read(text.slice(0, text.lastIndexOf('"3"') + 2));
    expect(interactions.map((one) => bodyText(one))).toEqual(['1', '2']);
    expect(skipped).toEqual([expect.stringMatching(/^it is not valid YAML/)]);
    expect(notes).toContain('damaged-file');
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

  test.each([
    ['/v1/responses', { id: 'resp_1', object: 'response', output: [] }],
    ['/v1/messages', { id: 'msg_1', type: 'message', role: 'assistant', content: [], stop_reason: null }],
    ['/v1/embeddings', { object: 'list', data: [{ object: 'embedding', embedding: [0.1] }] }],
    ['/v1/chat/completions', { id: 'x', choices: [{ index: 0, message: { content: 'a' } }] }],
    ['/v1/audio/transcriptions', { text: 'a', language: 'en', segments: [] }],
    ['/v1/images/generations', { created: 1, data: [{ b64_json: 'QQ==' }] }],
    [
      '/v1beta/models/gemini-3-flash:generateContent',
      { candidates: [{ content: {} }], modelVersion: 'gemini-3-flash' },
    ],
    ['/v2/chat', { id: 'x', message: { role: 'assistant', content: [] }, finish_reason: 'COMPLETE' }],
    ['/v2/embed', { id: 'x', embeddings: { float: [[0.1]] }, meta: { api_version: { version: '2' } } }],
    ['/v2/rerank', { results: [{ index: 0, relevance_score: 0.9 }] }],
    [
      '/model/unknown-model/converse',
      { output: { message: { role: 'assistant', content: [] } }, stopReason: 'end_turn', usage: {} },
    ],
  ])('of %s is known', (path, answer) => {
    const { format, interactions } = read(answer);
    expect([format, interactions[0]?.request.url]).toEqual([
      'bare-json',
      `https://unknown-host.invalid${path}`,
    ]);
  });

  test.each([
    [401, '/v1/chat/completions', { error: { message: 'no', type: 'auth', code: 401 } }],
    [400, '/v1/chat/completions', { error: { message: 'no', type: 'invalid_request_error', code: null } }],
    [529, '/v1/messages', { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }],
    [
      429,
      '/v1beta/models/unknown-model:generateContent',
      { error: { code: 429, message: 'quota', status: 'RESOURCE_EXHAUSTED', details: [] } },
    ],
  ])('that is an error has status %i', (status, path, answer) => {
    const { interactions } = read(answer);
    expect([interactions[0]?.response?.status, interactions[0]?.request.url]).toEqual([
      status,
      `https://unknown-host.invalid${path}`,
    ]);
  });

  test('is not every JSON file', () => {
    for (const text of ['{"name":"x","version":"1.0.0"}', '[1,2,3]', '{"a":1}\n{"b":2}\n', '"text"', '12'])
      expect(read(text).format).toBe('it is in no format that is known');
  });

  test.each([
    [
      'a trace that has an answer in it',
      { spans: [{ output: { object: 'chat.completion', choices: [{}] } }] },
    ],
    ['a snapshot of spans', [{ name: 'llm', output: [{ finish_reason: 'stop', stop_reason: null }] }]],
    [
      'a description of an API',
      { openapi: '3.1.0', components: { examples: { a: { object: 'response', error: { code: 400 } } } } },
    ],
    ['cases of a test', { cases: [{ name: 'x', data: { messages: [], choices: [{ message: 'a' }] } }] }],
    ['questions', { name: 'color', choices: ['red', 'blue'], done: false }],
    ['the log of a job', { error: 'none', language: 'en', status: 200 }],
    ['a dictionary', { language: 'de', words: [{ text: 'a' }] }],
  ])('is not %s', (_, json) => {
    expect(read(json).format).toBe('it is in no format that is known');
  });
});
