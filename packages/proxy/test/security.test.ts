import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { startForwardProxy, startProxy, type Proxy } from '../src/index.ts';
import { ask, Bench, chat, cleanEnvironment, jsonHeaders, postChat, raw } from './support.ts';

const secret = ['sk', 'proj', 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z'].join('-');

/** One request line and header lines, as they are. */
const message = (line: string, headers: readonly string[], body = ''): string =>
  `${[line, ...headers].join('\r\n')}\r\n\r\n${body}`;

const get = (proxy: Proxy, host: string, ...headers: string[]): Promise<string> =>
  raw(
    proxy.port,
    message('GET /openai/v1/models HTTP/1.1', [
      `Host: ${host}`,
      'Authorization: Bearer k',
      'Connection: close',
      ...headers,
    ]),
  );

describe('who may ask', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    '127.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
    '127.0.0.1@evil.example',
    '',
  ])('a Host of %j is refused, and nothing goes out', async (host) => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const answer = await get(proxy, host);
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(answer).not.toContain('access-control-allow-origin');
    expect(bench.provider.calls).toBe(0);
  });

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST:1', '[::1]:99', 'app.localhost', '127.1.2.3'])(
    'a Host of %s is served',
    async (host) => {
      await using bench = await Bench.open();
      const proxy = await bench.proxy('record');
      expect(await get(proxy, host)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  test('two Host headers, or none, are refused', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    expect(await get(proxy, '127.0.0.1', 'Host: 127.0.0.1')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(proxy.port, 'GET /openai/v1/models HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw(proxy.port, 'GET /openai/v1/models HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(bench.provider.calls).toBe(0);
  });

  test('web pages of other origins are refused, those of loopback and of the list are served', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record', { allowOrigins: ['https://app.example'] });
    for (const header of [
      'Origin: https://evil.example',
      'Origin: null',
      'Origin: http://127.evil.example',
      'Sec-Fetch-Site: cross-site',
    ])
      expect(await get(proxy, '127.0.0.1', header)).toMatch(/^HTTP\/1\.1 403 /);
    expect(bench.provider.calls).toBe(0);
    for (const header of [
      'Origin: http://localhost:5173',
      'Origin: https://app.example',
      'Sec-Fetch-Site: same-origin',
    ])
      expect(await get(proxy, '127.0.0.1', header)).toMatch(/^HTTP\/1\.1 200 /);
    expect(
      await raw(
        proxy.port,
        message('POST /-/close HTTP/1.1', [
          'Host: 127.0.0.1',
          'Origin: https://evil.example',
          'Connection: close',
          'Content-Length: 0',
        ]),
      ),
    ).toMatch(/ 403 /);
  });

  test('it listens on loopback alone', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('replay');
    const { networkInterfaces } = await import('node:os');
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each !== undefined && !each.internal && each.family === 'IPv4');
    if (outside === undefined) return;
    await expect(raw(proxy.port, 'GET / HTTP/1.1\r\n\r\n').then(() => 'loopback')).resolves.toBe('loopback');
    await expect(
      new Promise((resolve, reject) => {
        net.connect(proxy.port, outside.address, () => resolve('reached')).once('error', reject);
      }),
    ).rejects.toThrow(/ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH/);
  });
});

describe('where it leads', () => {
  test.each([
    ['/', 404],
    ['/nobody/v1/models', 404],
    ['/openai@evil.example/v1/models', 404],
    ['/evil.example:443/v1', 404],
    ['/@test', 404],
    ['/azure-openai/openai/deployments', 404],
    ['/openai/../local/v1', 400],
    ['/openai/v1/%2e%2e/%2E%2E/admin', 400],
    ['/openai/v1/..%2f..%2fadmin', 400],
    ['/openai/v1/%2e%2e%5cadmin', 400],
    ['/openai/.', 400],
    ['/openai\\@evil.example/v1', 400],
    ['/%6fpenai/v1/models', 404],
    ['/openai%2fv1/models', 404],
    ['http://evil.example/openai/v1/models', 400],
    ['https://api.openai.com/v1/models', 400],
    ['//evil.example/v1/models', 404],
    ['*', 400],
    ['/openai/v1/models#x', 400],
  ])('%s is answered %i and goes nowhere', async (target, status) => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const answer = await raw(
      proxy.port,
      message(`GET ${target} HTTP/1.1`, ['Host: 127.0.0.1', 'Connection: close']),
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(bench.provider.calls).toBe(0);
    expect((await proxy.close()).errors).toHaveLength(1);
  });

  test.each(['/openai//evil.example/v1/models', '/openai/@evil.example/v1', '/openai/https://evil.example/'])(
    '%s stays at its upstream, spelled as it was',
    async (target) => {
      await using bench = await Bench.open();
      const proxy = await bench.proxy('live');
      await raw(proxy.port, message(`GET ${target} HTTP/1.1`, ['Host: 127.0.0.1', 'Connection: close']));
      expect(bench.provider.requests).toHaveLength(1);
      expect(bench.provider.requests[0]!.headers['host']).toBe(new URL(bench.provider.url).host);
    },
  );

  test('CONNECT is refused by the reverse proxy', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    expect(
      await raw(proxy.port, message('CONNECT evil.example:443 HTTP/1.1', ['Host: evil.example:443'])),
    ).toMatch(/^HTTP\/1\.1 405 /);
  });

  test('an upgrade to another protocol than WebSocket is refused with 501, in words', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const answer = await raw(
      proxy.port,
      message(`GET /openai/v1/realtime?model=x&api_key=${secret} HTTP/1.1`, [
        'Host: 127.0.0.1',
        'Connection: Upgrade',
        'Upgrade: h2c',
      ]),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 501 /);
    expect(answer).toContain('REEL_UNSUPPORTED_PROTOCOL');
    expect(answer).not.toContain(secret);
    expect((await proxy.close()).errors).toMatchObject([{ code: 'REEL_UNSUPPORTED_PROTOCOL' }]);
  });
});

describe('what it reads', () => {
  test.each([
    [
      'a length and chunks',
      ['Content-Length: 6', 'Transfer-Encoding: chunked'],
      '0\r\n\r\nGET /openai/v1/stolen HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    ],
    [
      'chunks and a length',
      ['Transfer-Encoding: chunked', 'Content-Length: 6'],
      '0\r\n\r\nGET /openai/v1/stolen HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    ],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 40'], 'GET /openai/v1/stolen HTTP/1.1\r\n\r\n'],
    ['an obscured coding', ['Transfer-Encoding: xchunked', 'Content-Length: 4'], 'abcd'],
    ['chunked, and not last', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a space before the colon', ['Content-Length : 4'], 'abcd'],
    ['a folded header', ['X-A: b\r\n Content-Length: 4'], 'abcd'],
    ['a bare line feed', ['X-A: b\nTransfer-Encoding: chunked'], '0\r\n\r\n'],
  ])(
    '%s are not read in two ways: refused, the connection closed, and nothing goes out',
    async (_what, headers, body) => {
      await using bench = await Bench.open();
      const proxy = await bench.proxy('record');
      const answer = await raw(
        proxy.port,
        message('POST /openai/v1/chat/completions HTTP/1.1', ['Host: 127.0.0.1', ...headers], body),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
      expect(bench.provider.calls).toBe(0);
    },
  );

  test('a header that connection names is not sent on, except what frames the body', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const body = chat('Hello');
    await raw(
      proxy.port,
      message(
        'POST /openai/v1/chat/completions HTTP/1.1',
        [
          'Host: localhost',
          'Authorization: Bearer k',
          'Content-Type: application/json',
          'X-Hop: 1',
          `Content-Length: ${Buffer.byteLength(body)}`,
          'Proxy-Authorization: Basic eDp5',
          'Connection: close, X-Hop, Content-Length',
        ],
        body,
      ),
    );
    const [received] = bench.provider.requests;
    expect(received!.headers).not.toHaveProperty('x-hop');
    expect(received!.headers).not.toHaveProperty('proxy-authorization');
    expect(received!.headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(received!.text).toBe(body);
  });

  test.each(['replay', 'record'])('a body that is too long is refused with 413 (%s)', async (mode) => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy(mode, { maxBody: 1000 });
    const large = 'x'.repeat(200_000);
    const declared = await ask(`${proxy.baseUrl('openai')}/v1/chat/completions`, {
      body: large,
      headers: { ...jsonHeaders, 'content-length': '200000' },
    });
    expect(declared.status).toBe(413);
    expect(declared.bytes.toString()).toContain('REEL_BODY_TOO_LARGE');
    expect(declared.headers['x-should-retry']).toBe('false');
    const chunked = await ask(`${proxy.baseUrl('openai')}/v1/chat/completions`, {
      body: large,
      headers: { ...jsonHeaders, 'transfer-encoding': 'chunked' },
    });
    expect(chunked.status).toBe(413);
    const { errors } = await proxy.close();
    expect(errors.map(({ code }) => code)).toEqual(['REEL_BODY_TOO_LARGE', 'REEL_BODY_TOO_LARGE']);
  });

  test('a client that asks before it sends is told 413 without sending', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('replay', { maxBody: 10 });
    const started = performance.now();
    const answer = await raw(
      proxy.port,
      message('POST /openai/v1/x HTTP/1.1', [
        'Host: localhost',
        'Content-Length: 5000',
        'Expect: 100-continue',
        'Connection: close',
      ]),
      5000,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(performance.now() - started).toBeLessThan(4000);
  });

  test('a head that is too long is refused with 431', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const answer = await raw(
      proxy.port,
      message('GET /openai/v1/models HTTP/1.1', ['Host: localhost', `X-Long: ${'x'.repeat(70_000)}`]),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('clients that are too slow are refused with 408, at the head and in the body', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('replay', { headersTimeout: 200, requestTimeout: 500 });
    const started = performance.now();
    const [head, body] = await Promise.all([
      raw(proxy.port, 'POST /openai/v1/x HTTP/1.1\r\nHost: local', 5000),
      raw(
        proxy.port,
        message('POST /openai/v1/x HTTP/1.1', ['Host: localhost', 'Content-Length: 5000'], 'ab'),
        5000,
      ),
    ]);
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(body).toMatch(/^(HTTP\/1\.1 408 |$)/);
    expect(performance.now() - started).toBeLessThan(4500);
  });
});

test('no secret of a request is in an answer, an error or a warning', async () => {
  await using bench = await Bench.open();
  const told: string[] = [];
  const proxy = await bench.proxy('record', {
    onError: (error) => told.push(error.message),
    onWarning: (text) => told.push(text),
    maxBody: 2000,
    options: { upstreams: { 'https://api.anthropic.com': 'http://127.0.0.1:1' } },
  });
  const headers = { ...jsonHeaders, authorization: `Bearer ${secret}`, 'x-api-key': secret };
  const answers = await Promise.all([
    ask(`${proxy.url}/nobody-${secret}/v1?key=${secret}`, { headers }),
    ask(`${proxy.url}/@${secret}../openai/v1?key=${secret}`, { headers }),
    ask(`${proxy.url}/openai/../${secret}`, { headers }),
    ask(`${proxy.baseUrl('openai')}/v1/x?api_key=${secret}`, { headers, body: secret.repeat(100) }),
    ask(`${proxy.url}/-/close?outcome=${secret}`, { headers }),
    ask(`${proxy.baseUrl('anthropic')}/v1/messages?key=${secret}`, { headers, body: '{}' }).catch(
      (error: Error) => error,
    ),
  ]);
  expect(told.length).toBeGreaterThanOrEqual(6);
  const { errors, warnings, reports } = await proxy.close();
  const everything = [
    ...told,
    ...answers.map((answer) => ('bytes' in answer ? answer.bytes.toString() : String(answer))),
    ...errors.map((error) => `${error.message} ${String(error.cause)}`),
    ...warnings,
    JSON.stringify(reports),
  ].join('\n');
  expect(everything).not.toContain(secret);
});

test('replay reaches nothing, whatever is asked', async () => {
  await using bench = await Bench.open();
  const proxy = await startProxy({
    cassette: 'test',
    environment: cleanEnvironment,
    upstream: { local: bench.provider.url },
    options: bench.options('replay'),
  });
  for (const name of proxy.upstreams)
    await ask(`${proxy.baseUrl(name)}/v1/chat/completions`, { body: chat('x') });
  await postChat(proxy, 'x');
  await proxy.close();
  const forward = await startForwardProxy({
    cassette: 'test',
    environment: cleanEnvironment,
    hosts: ['127.0.0.1'],
    options: bench.options('replay'),
  });
  const [request] = [
    `GET ${bench.provider.url}/openai/v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  ];
  expect(await raw(forward.port, request)).toMatch(/^HTTP\/1\.1 400 /);
  await forward.close();
  expect(bench.provider.calls).toBe(0);
});
