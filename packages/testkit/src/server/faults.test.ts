import zlib from 'node:zlib';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startProviders, type Encoding, type Simulator } from '../index.ts';

let sim: Simulator;

beforeAll(async () => {
  sim = await startProviders();
});
afterEach(() => sim.reset());
afterAll(() => sim.close());

const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Why is the sky blue?' }] };

function post(
  body: unknown,
  headers: Record<string, string> = {},
  path = '/openai/v1/chat/completions',
): Promise<Response> {
  const key = {
    authorization: 'Bearer any',
    'x-api-key': 'any',
    'anthropic-version': '2023-06-01',
    'x-goog-api-key': 'any',
  };
  return fetch(`${sim.url}${path}`, {
    method: 'POST',
    headers: { ...key, ...headers },
    body: JSON.stringify(body),
  });
}

async function causeOf(failing: Promise<unknown>): Promise<string | undefined> {
  const error = (await failing.catch((error: unknown) => error)) as {
    code?: string;
    cause?: { code?: string };
  };
  return error.cause?.code ?? error.code;
}

/** The body as on the wire, piece by piece. */
async function rawPieces(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ response: IncomingMessage; pieces: Buffer[] }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${sim.url}${path}`, { headers }, resolve).on('error', reject).end();
  });
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { response, pieces };
}

describe('a scripted status', () => {
  test.each([
    ['openai', '/openai/v1/chat/completions', { error: { type: 'rate_limit_exceeded' } }],
    ['anthropic', '/anthropic/v1/messages', { type: 'error', error: { type: 'rate_limit_error' } }],
    [
      'google',
      '/google/v1beta/models/gemini-2.5-flash:generateContent',
      { error: { status: 'RESOURCE_EXHAUSTED' } },
    ],
    ['ollama', '/ollama/api/chat', { error: expect.any(String) }],
    [
      'azure-openai',
      '/azure-openai/openai/deployments/d/chat/completions?api-version=1',
      { error: { code: '429' } },
    ],
  ])('has the shape of %s', async (_provider, path, shape) => {
    sim.fail(429, { retryAfter: 7 });
    const response = await post(chat, {}, path);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject(shape);
  });

  test('is for one request, for several, or for those that match', async () => {
    sim.fail(500, { times: 2, path: /embeddings/ });
    sim.fail(503, { provider: 'anthropic' });
    expect((await post(chat)).status).toBe(200);
    const embed = () => post({ model: 'text-embedding-3-small', input: 'a' }, {}, '/openai/v1/embeddings');
    expect([(await embed()).status, (await embed()).status, (await embed()).status]).toEqual([500, 500, 200]);
    expect(sim.pendingScripts).toBe(1);
  });

  test('may name its time as an HTTP date', async () => {
    sim.fail(429, { retryAfter: new Date(Date.UTC(2026, 0, 15, 9)) });
    expect((await post(chat)).headers.get('retry-after')).toBe('Thu, 15 Jan 2026 09:00:00 GMT');
  });

  test('asked for by header is repeated for `x-sim-times` equal requests', async () => {
    const headers = { 'x-sim-fail': '429', 'x-sim-times': '2', 'x-sim-retry-after': '0' };
    const client = new OpenAI({
      apiKey: 'any',
      baseURL: sim.baseUrl('openai'),
      defaultHeaders: headers,
      maxRetries: 2,
    });
    await client.chat.completions.create(chat as OpenAI.ChatCompletionCreateParamsNonStreaming);
    expect(sim.calls).toBe(3);
  });
});

describe('the connection', () => {
  test('is reset before the headers', async () => {
    sim.script({ reset: 'before-headers' });
    expect(await causeOf(post(chat))).toBe('ECONNRESET');
  });

  test('is closed before the headers', async () => {
    sim.script({ hangUp: 'before-headers' });
    expect(await causeOf(post(chat))).toBe('UND_ERR_SOCKET');
  });

  test('is reset after as many events as asked', async () => {
    const response = await post({ ...chat, stream: true }, { 'x-sim-reset-after': '3' });
    const events: string[] = [];
    const failing = (async () => {
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) events.push(piece);
    })();
    expect(await causeOf(failing)).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
    expect(events.join('').split('\n\n').filter(Boolean).length).toBe(3);
  });

  test('is closed in the middle of a JSON body', async () => {
    sim.script({ hangUp: 0 });
    const response = await post(chat);
    expect(response.status).toBe(200);
    expect(await causeOf(response.text())).toBe('UND_ERR_SOCKET');
  });

  test('stays silent until the client gives up', async () => {
    sim.script({ silent: true });
    const failing = fetch(`${sim.url}/http/json`, { signal: AbortSignal.timeout(50) });
    await expect(failing).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test('a truncated body ends as if it were whole', async () => {
  sim.script({ truncate: true });
  await expect((await post(chat)).json()).rejects.toBeInstanceOf(SyntaxError);
});

test('a dictated text is said word for word', async () => {
  sim.script({ text: 'sk-not-a-secret é 漢' });
  const completion = (await (await post(chat)).json()) as { choices: { message: { content: string } }[] };
  expect(completion.choices[0]!.message.content).toBe('sk-not-a-secret é 漢');
});

test('a mistake in an x-sim header is named', async () => {
  const response = await post(chat, { 'x-sim-fail': 'often' });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('x-sim-fail must be a number, not "often"');
});

test('stream events leave one by one, at the asked pace', async () => {
  const started = performance.now();
  const { pieces } = await rawPieces('/http/sse/5?delay=20');
  expect(pieces.length).toBe(6);
  expect(performance.now() - started).toBeGreaterThan(100);
});

describe.each(['gzip', 'br', 'zstd', 'deflate'] satisfies Encoding[])('%s', (encoding) => {
  const decode = (bytes: Buffer): string => {
    const decoders = {
      gzip: zlib.gunzipSync,
      br: zlib.brotliDecompressSync,
      zstd: zlib.zstdDecompressSync,
      deflate: zlib.inflateSync,
    };
    return decoders[encoding](bytes).toString();
  };

  test('compresses whole bodies', async () => {
    const { response, pieces } = await rawPieces(`/http/json?encoding=${encoding}`);
    expect(response.headers['content-encoding']).toBe(encoding);
    expect(JSON.parse(decode(Buffer.concat(pieces)))).toMatchObject({ ok: true });
  });

  test('compresses streams so that each event can be read as it comes', async () => {
    const { pieces } = await rawPieces('/http/sse/4', { 'x-sim-encoding': encoding });
    expect(pieces.length).toBeGreaterThanOrEqual(5);
    expect(decode(Buffer.concat(pieces)).split('\n\n').length).toBe(6);
  });

  test('is understood by the SDK', async () => {
    const client = new OpenAI({ apiKey: 'any', baseURL: sim.baseUrl('openai'), maxRetries: 0 });
    const stream = await client.chat.completions.create(
      { ...chat, stream: true } as OpenAI.ChatCompletionCreateParamsStreaming,
      { headers: { 'x-sim-encoding': encoding } },
    );
    const chunks = await Array.fromAsync(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toContain('sky');
  });
});

test('with `compress`, JSON is compressed for clients that accept it, as by the real providers', async () => {
  const compressing = await startProviders({ compress: true });
  onTestFinished(() => compressing.close());
  const ask = (encodings: string) =>
    fetch(`${compressing.url}/http/json`, { headers: { 'accept-encoding': encodings } });
  expect((await ask('br, gzip')).headers.get('content-encoding')).toBe('gzip');
  expect((await ask('identity')).headers.get('content-encoding')).toBeNull();
});
