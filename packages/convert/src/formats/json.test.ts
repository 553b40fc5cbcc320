import { describe, expect, test } from 'vitest';
import { bodyText, header, read, requestText } from '../../test/reading.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the Azure test proxy', () => {
  const entry = (rest: object): object => ({
    Entries: [
      {
        RequestUri: 'https://api.example.com/v1/x',
        RequestMethod: 'POST',
        RequestHeaders: {},
        RequestBody: null,
        StatusCode: 200,
        ResponseHeaders: { 'Content-Type': 'application/json' },
        ResponseBody: null,
        ...rest,
      },
    ],
    Variables: {},
  });

  test.each([
    ['a tree', { ResponseBody: { a: 1.5 } }, '{"a":1.5}'],
    ['a JSON list', { ResponseBody: ['a', 'b'] }, '["a","b"]'],
    [
      'lines',
      {
        ResponseHeaders: { 'Content-Type': 'text/event-stream' },
        ResponseBody: ['data: 1\n', '\n', 'data: 2\n', '\n'],
      },
      'data: 1\n\ndata: 2\n\n',
    ],
    ['text', { ResponseHeaders: { 'Content-Type': 'text/plain' }, ResponseBody: 'hello' }, 'hello'],
    ['base64', { ResponseHeaders: { 'Content-Type': 'audio/mpeg' }, ResponseBody: base64('sound') }, 'sound'],
    ['nothing', {}, ''],
  ])('reads a body that is %s', (_, rest, expected) => {
    const { format, interactions } = read(entry(rest));
    expect(format).toBe('azure-test-proxy');
    expect(bodyText(interactions[0]!)).toBe(expected);
  });

  test('reads bytes in a multipart body, and says when it is lost', () => {
    const RequestHeaders = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const parts = [
      '--x\r\n',
      'Content-Disposition: form-data; name=file\r\n',
      '\r\n',
      `b64:${base64('\u0000é')}`,
      '\r\n--x--\r\n',
    ];
    expect(requestText(read(entry({ RequestHeaders, RequestBody: parts })).interactions[0]!)).toContain(
      '\u0000é\r\n--x--',
    );
    expect(read(entry({ RequestHeaders })).notes).toContain('multipart-lost');
  });

  test('keeps the spelling of numbers', () => {
    const text = JSON.stringify(entry({ ResponseBody: { a: 0 } })).replace(
      '{"a":0}',
      '{"a":1.0,"b":12345678901234567890,"c":1E5}',
    );
    expect(bodyText(read(text).interactions[0]!)).toBe('{"a":1.0,"b":12345678901234567890,"c":1E5}');
  });
});

describe("Google's test server", () => {
  const interaction = (response: object): object => ({
    recordID: 'x',
    interactions: [
      {
        request: {
          method: 'POST',
          url: '/v1beta/models/m:streamGenerateContent?alt=sse',
          headers: {},
          bodySegments: [{ contents: [] }],
          serverAddress: 'generativelanguage.googleapis.com',
          port: 443,
          protocol: 'https',
        },
        response: { statusCode: 200, ...response },
      },
    ],
  });

  test('has its streams framed again, and its URL put together', () => {
    const { format, interactions, notes } = read(
      interaction({ headers: { 'Content-Type': 'text/event-stream' }, bodySegments: [{ a: 1 }, { a: 2 }] }),
    );
    expect(format).toBe('google-test-server');
    expect(bodyText(interactions[0]!)).toBe('data: {"a":1}\r\n\r\ndata: {"a":2}\r\n\r\n');
    expect(interactions[0]!.request.url).toBe(
      'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse',
    );
    expect(notes).toContain('stream-rebuilt');
  });

  test('may have no body', () => {
    expect(read(interaction({ headers: {} })).interactions[0]!.chunks).toEqual([]);
  });
});

describe('llama-stack', () => {
  const call = (request: object, response: object): object => ({
    test_id: 't',
    request: {
      method: 'POST',
      url: 'https://api.openai.com/v1/v1/chat/completions',
      headers: {},
      body: { model: 'm' },
      endpoint: '/v1/chat/completions',
      model: 'm',
      ...request,
    },
    response,
    id_normalization_mapping: {},
  });
  const typed = (data: object): object => ({
    __type__: 'openai.types.chat.ChatCompletionChunk',
    __data__: data,
  });

  test('has its chunks framed as a stream, its objects opened, its URL repaired', () => {
    const { format, interactions } = read(
      call({}, { body: [typed({ n: 1 }), typed({ n: 2 })], is_streaming: true }),
    );
    expect(format).toBe('llama-stack');
    expect(interactions[0]!.request.url).toBe('https://api.openai.com/v1/chat/completions');
    expect(bodyText(interactions[0]!)).toBe('data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n');
    expect(header(interactions[0]!, 'content-type')).toBe('text/event-stream');
  });

  test('has its errors rebuilt where they have a status, and left out where not', () => {
    const failed = (data: object): object =>
      call(
        {},
        {
          body: null,
          is_streaming: false,
          is_exception: true,
          exception_data: data,
          exception_message: 'no',
        },
      );
    expect(
      read(failed({ status_code: 400, body: { message: 'bad' } })).interactions[0]!.response!.status,
    ).toBe(400);
    expect(read(failed({ type: 'APIConnectionError' })).skipped).toHaveLength(1);
    expect(
      read({
        test_id: 't',
        request: { provider: 'tavily', tool_name: 'search', kwargs: {} },
        response: { body: {}, is_streaming: false },
      }).skipped,
    ).toEqual(['it is a call of a library or tool, not of an HTTP API']);
  });

  test('reads lines of a stream that was kept as it came', () => {
    const { interactions } = read(
      call(
        { url: 'https://generativelanguage.googleapis.com/v1beta/interactions' },
        { body: ['event: interaction.start', 'data: {}', ''], is_streaming: true },
      ),
    );
    expect(bodyText(interactions[0]!)).toBe('event: interaction.start\ndata: {}\n\n');
  });
});

describe('Braintrust', () => {
  const cassette = (body: object): object => ({
    version: 1,
    entries: [
      {
        id: '1',
        matchKey: 'POST x',
        callIndex: 0,
        recordedAt: '2026-11-20T10:00:00Z',
        request: {
          method: 'POST',
          url: 'https://api.example.com/v1/x',
          headers: {},
          body: { kind: 'empty' },
        },
        response: { status: 200, statusText: 'OK', headers: {}, body },
      },
    ],
  });
  test.each([
    ['json', { kind: 'json', value: { a: 1 } }, '{"a":1}'],
    ['text', { kind: 'text', value: 'x' }, 'x'],
    ['sse', { kind: 'sse', chunks: ['event: a\ndata: 1', 'data: 2'] }, 'event: a\ndata: 1\n\ndata: 2\n\n'],
    ['base64', { kind: 'base64', value: base64('x'), contentType: 'audio/mpeg' }, 'x'],
    ['empty', { kind: 'empty' }, ''],
  ])('reads a body of kind %s', (_, body, expected) => {
    const { format, interactions } = read(cassette(body));
    expect(format).toBe('braintrust');
    expect(bodyText(interactions[0]!)).toBe(expected);
  });

  test('of which nothing was recorded is known, and empty', () => {
    expect(read({ entries: [], meta: { createdAt: '2026-11-20T10:00:00.000Z' } })).toMatchObject({
      format: 'braintrust',
      interactions: [],
      skipped: [],
    });
  });

  test('does not read files that are not its own', () => {
    for (const path of ['../../../../etc/passwd', '/etc/passwd', 'missing.bin'])
      expect(read(cassette({ kind: 'binary', path })).skipped).toEqual([
        'its response body is in a file that is not there',
      ]);
  });
});

describe('the test agent', () => {
  test('reads text, and bytes behind a mark', () => {
    const exchange = {
      request: {
        method: 'POST',
        url: 'https://api.example.com/v1/x',
        headers: { 'Content-Type': 'application/json' },
        body: '{"a":1}',
      },
      response: {
        status: { code: 200, message: 'OK' },
        headers: { 'Content-Type': 'audio/mpeg' },
        body: `base64:${base64('x')}`,
      },
    };
    const { format, interactions } = read(exchange);
    expect([format, bodyText(interactions[0]!), requestText(interactions[0]!)]).toEqual([
      'test-agent',
      'x',
      '{"a":1}',
    ]);
    expect(read({ ...exchange, response: { ...exchange.response, body: 'base64:a*' } }).skipped).toEqual([
      'its response body is not valid base64',
    ]);
  });
});

describe('Mastra', () => {
  const recording = {
    hash: 'h',
    request: { url: 'https://api.example.com/v1/x', method: 'POST', body: { a: 1 }, timestamp: 1 },
    response: {
      status: 200,
      statusText: 'OK',
      headers: { 'content-type': 'text/event-stream' },
      chunks: ['data: {"a', '":1}\n\ndata: 2\n', '\n'],
      chunkTimings: [5, 10, 20],
      isStreaming: true,
    },
  };
  test.each([
    ['a list', [recording]],
    ['a file with a head', { meta: { name: 'x' }, recordings: [recording] }],
  ])('keeps the times of chunks, in %s', (_, file) => {
    const { format, interactions } = read(file);
    expect(format).toBe('mastra');
    expect(interactions[0]!.chunks.map(({ bytes, at }) => [Buffer.from(bytes).toString(), at])).toEqual([
      ['data: {"a":1}\n\n', 15],
      ['data: 2\n\n', 35],
    ]);
  });
});

describe('reel-vcr', () => {
  const entry = (response: object, rest: object = {}): string =>
    `${JSON.stringify({ schema_version: 1, id: 'r', ts: '2026-05-14T21:40:50+00:00', provider: 'anthropic', request: { method: 'POST', path: '/v1/messages', fingerprint: 'sha256:0', body: { m: 1 } }, response: { status: 200, headers: {}, ...response }, meta: {}, ...rest })}\n`;

  test('reads bodies, envelopes and streams with their times, after a line of settings', () => {
    const { format, interactions } = read(
      `{"_meta":{"match":{"mode":"normalized"}}}\n${entry({ body: { __reel_raw_base64__: base64('x') } })}${entry(
        {
          body: null,
          stream_chunks: [
            { data: { a: 1 }, t_offset_ms: 3, event: 'one' },
            { data: '[DONE]', t_offset_ms: 9, event: null },
          ],
        },
      )}`,
    );
    expect(format).toBe('reel-python');
    expect(interactions.map(bodyText)).toEqual(['x', 'event: one\ndata: {"a":1}\n\ndata: [DONE]\n\n']);
    expect(interactions[1]!.chunks.map(({ at }) => at)).toEqual([3, 9]);
    expect(interactions[0]!.request.url).toBe('https://api.anthropic.com/v1/messages');
  });

  test('refuses another version and a broken line, and goes on', () => {
    const { interactions, skipped } = read(
      `${entry({ body: 1 }, { schema_version: 2 })}{"schema_version":1,\n${entry({ body: 1 })}`,
    );
    expect(skipped).toEqual(['its schema_version is 2; version 1 is known', 'it is not valid JSON']);
    expect(interactions).toHaveLength(1);
  });
});

describe('aimock', () => {
  test('is written in the form of OpenAI chat, and says that it was', () => {
    const { format, interactions, skipped, notes } = read({
      fixtures: [
        { match: { userMessage: 'hello', model: 'gpt-4o' }, response: { content: 'Hi!' } },
        {
          match: { userMessage: 'weather' },
          response: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Rome' } }] },
        },
        { match: { userMessage: 'fail' }, response: { error: { message: 'slow down' }, status: 429 } },
        { match: { inputText: 'word' }, response: { embedding: [0.5] } },
        { match: { toolName: 'x' }, response: { content: 'y' } },
      ],
    });
    expect(format).toBe('aimock');
    expect(JSON.parse(requestText(interactions[0]!))).toEqual({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(JSON.parse(bodyText(interactions[0]!))).toHaveProperty('choices[0].message.content', 'Hi!');
    expect(JSON.parse(bodyText(interactions[1]!))).toHaveProperty(
      'choices[0].message.tool_calls[0].function.arguments',
      '{"city":"Rome"}',
    );
    expect(interactions.map(({ response }) => response!.status)).toEqual([200, 200, 429, 200]);
    expect(skipped).toEqual(['its match names no message']);
    expect(notes).toContain('response-synthesized');
  });
});

describe('WireMock', () => {
  const stub = (request: object, response: object = { body: 'x' }, rest: object = {}): object => ({
    request: { method: 'POST', url: '/v1/messages', ...request },
    response: { status: 200, ...response },
    ...rest,
  });

  test.each([
    ['equalToJson as text', [{ equalToJson: '{ "a" : 1.0 }' }], '{"a":1.0}'],
    ['equalToJson as a tree', [{ equalToJson: { a: 1 } }], '{"a":1}'],
    ['equalTo', [{ equalTo: 'plain' }], 'plain'],
    ['binaryEqualTo', [{ binaryEqualTo: base64('bytes') }], 'bytes'],
  ])('reads a request that is compared by %s', (_, bodyPatterns, expected) => {
    const { format, interactions } = read(stub({ bodyPatterns }));
    expect(format).toBe('wiremock');
    expect(requestText(interactions[0]!)).toBe(expected);
  });

  test('leaves out what recorded no request', () => {
    const reasons = [
      stub({ url: undefined, urlPattern: '/x.*' }),
      stub({ bodyPatterns: [{ contains: 'x' }] }),
      stub({ method: 'ANY' }),
      stub({}, { fault: 'EMPTY_RESPONSE' }),
    ].map((one) => read(one).skipped[0]);
    expect(reasons).toEqual([
      'its URL is a pattern: no request was recorded',
      'its request body is a pattern: no request was recorded',
      'it answers any method: no request was recorded',
      'it is a simulated fault (EMPTY_RESPONSE)',
    ]);
  });

  test('reads many in one file, in the order of their scenario', () => {
    const { interactions, notes } = read({
      mappings: [
        stub({}, { jsonBody: { n: 3 } }, { scenarioName: 's', requiredScenarioState: 'two' }),
        stub(
          {},
          { base64Body: base64('1') },
          { scenarioName: 's', requiredScenarioState: 'Started', newScenarioState: 'one' },
        ),
        stub(
          { urlPath: '/v1/messages', url: undefined, queryParameters: { beta: { equalTo: 'true' } } },
          { body: '2' },
          { scenarioName: 's', requiredScenarioState: 'one', newScenarioState: 'two' },
        ),
      ],
    });
    expect(interactions.map(bodyText)).toEqual(['1', '2', '{"n":3}']);
    expect(interactions[1]!.request.url).toBe('https://api.anthropic.com/v1/messages?beta=true');
    expect(notes).toContain('order-derived');
  });
});

describe('answers of an SDK', () => {
  test('have the call of their method, and no request', () => {
    const { format, interactions, notes, skipped } = read(
      '{"method":"generateContentStream","response":[{"candidates":[]}]}\n{"method":"somethingElse","response":{}}\n',
    );
    expect(format).toBe('sdk-responses');
    expect(interactions[0]!.request.url).toMatch(/:streamGenerateContent\?alt=sse$/);
    expect(bodyText(interactions[0]!)).toBe('data: {"candidates":[]}\r\n\r\n');
    expect(notes).toContain('request-derived');
    expect(skipped).toHaveLength(1);
  });
});
