import { readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { useCassette } from '@reel/core';
import { cassettePath, startProxy } from '../src/index.ts';
import { ask, Bench, chat, cleanEnvironment, jsonHeaders, postChat } from './support.ts';

describe('recording and replaying', () => {
  test('what was recorded replays without the provider, byte for byte', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record', { options: { normalize: false } });
    const live = await postChat(recorder, 'Say hello to Kim', { stream: true });
    const { reports, errors } = await recorder.close();
    expect(reports).toMatchObject([{ recorded: 1, saved: true, misses: [] }]);
    expect(errors).toEqual([]);
    await bench.provider.close();

    const player = await bench.proxy('replay');
    const replayed = await postChat(player, 'Say hello to Kim', { stream: true });
    expect(replayed.status).toBe(200);
    expect(replayed.bytes).toEqual(live.bytes);
    expect(replayed.bytes.toString()).toContain('[DONE]');
    expect(await player.close()).toMatchObject({
      reports: [{ replayed: 1, misses: [], unused: [] }],
      errors: [],
    });
  });

  test('the cassette says the public URL, and is the same that code in process records', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    await postChat(proxy, 'Say hello to Kim');
    await proxy.close();
    const text = readFileSync(join(bench.folder, 'test.jsonl'), 'utf8');
    expect(text).toContain('"url":"https://api.openai.com/v1/chat/completions"');
    expect(text).not.toContain('127.0.0.1');
    expect(text).not.toContain('sk-test');

    const answer = await useCassette('test', { mode: 'replay', dir: bench.folder }, async () => {
      const response = await fetch('https://api.openai.com/v1/chat/completions', {
        method: 'POST',
        headers: jsonHeaders,
        body: chat('Say hello to Kim'),
      });
      return response.json() as Promise<{ choices: unknown[] }>;
    });
    expect(answer.choices).toHaveLength(1);
  });

  test('a miss is a 400 in the shape of the provider, is not to be retried, and is listed', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('replay', { rerecord: 'reel exec --mode record -- python agent.py' });
    const missed = await postChat(proxy, 'Never recorded');
    expect(missed.status).toBe(400);
    expect(missed.headers['x-should-retry']).toBe('false');
    const { error } = JSON.parse(missed.bytes.toString()) as { error: { message: string; code: string } };
    expect(error.code).toBe('REEL_CASSETTE_NOT_FOUND');
    expect(error.message).toContain('reel exec --mode record -- python agent.py');
    const { reports } = await proxy.close();
    expect(reports[0]!.misses).toMatchObject([{ code: 'REEL_CASSETTE_NOT_FOUND', method: 'POST' }]);
    expect(bench.provider.calls).toBe(0);
  });

  test('a stream passes through while it is recorded: its first event comes long before its last', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const started = performance.now();
    let first = Number.NaN;
    const response = await fetch(`${proxy.baseUrl('openai')}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...jsonHeaders, 'x-sim-delay': '40' },
      body: chat('Count from one to eight', { stream: true }),
    });
    for await (const piece of response.body!) {
      expect(piece.byteLength).toBeGreaterThan(0);
      if (Number.isNaN(first)) first = performance.now() - started;
    }
    const whole = performance.now() - started;
    expect(whole).toBeGreaterThan(200);
    expect(first).toBeLessThan(whole / 2);
  });

  test.each(['gzip', 'br', 'zstd', 'deflate'])(
    'a %s answer is readable on tape and compressed again for the client',
    async (encoding) => {
      await using bench = await Bench.open();
      const headers = { ...jsonHeaders, 'accept-encoding': encoding, 'x-sim-encoding': encoding };
      const recorder = await bench.proxy('record', { options: { normalize: false } });
      const live = await postChat(recorder, 'Say hello to Kim', {}, headers);
      await recorder.close();
      expect(readFileSync(join(bench.folder, 'test.jsonl'), 'utf8')).toContain('"finish_reason":"stop"');

      const player = await bench.proxy('replay');
      const replayed = await postChat(player, 'Say hello to Kim', {}, headers);
      expect(replayed.headers['content-encoding']).toBe(encoding);
      expect(await decode(replayed.bytes, encoding)).toEqual(await decode(live.bytes, encoding));
      // And a stream, event by event.
      const again = await bench.proxy('record', { cassette: 'stream', options: { normalize: false } });
      const liveStream = await postChat(again, 'Say hello to Kim', { stream: true }, headers);
      await again.close();
      const streamer = await bench.proxy('replay', { cassette: 'stream' });
      const stream = await postChat(streamer, 'Say hello to Kim', { stream: true }, headers);
      expect(await decode(stream.bytes, encoding)).toEqual(await decode(liveStream.bytes, encoding));
    },
  );

  test('requests on one connection are answered in their order, and it stays open', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    for (const name of ['Kim', 'Lee', 'Max']) await postChat(recorder, `Say hello to ${name}`);
    await recorder.close();
    const player = await bench.proxy('replay');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number>();
    for (const name of ['Max', 'Kim', 'Lee']) {
      const text = await new Promise<string>((resolve, reject) => {
        const outgoing = request(`${player.baseUrl('openai')}/v1/chat/completions`, {
          method: 'POST',
          headers: jsonHeaders,
          agent,
        });
        outgoing.once('error', reject);
        outgoing.once('response', (response) => {
          ports.add(response.socket.localPort!);
          let body = '';
          response.on('data', (piece: Buffer) => (body += piece.toString()));
          response.once('end', () => resolve(body));
        });
        outgoing.end(chat(`Say hello to ${name}`));
      });
      expect(JSON.parse(text)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  test.each([
    ['hang-up-after', 'a provider that hangs up in the middle'],
    ['reset-after', 'a provider that resets in the middle'],
  ])('%s: %s is no whole answer, live and replayed', async (behavior) => {
    await using bench = await Bench.open();
    const headers = { ...jsonHeaders, [`x-sim-${behavior}`]: '2' };
    const recorder = await bench.proxy('record', { options: { normalize: false } });
    const live = await postChat(recorder, 'Say hello to Kim', { stream: true }, headers);
    expect(live.failure).toBeDefined();
    const { reports, warnings } = await recorder.close();
    expect(reports[0]).toMatchObject({ recorded: 1, saved: true });
    expect(warnings.join('\n')).toMatch(/failed upstream/);
    expect(readFileSync(join(bench.folder, 'test.jsonl'), 'utf8')).toMatch(/"aborted":1,"by":"upstream"/);

    const player = await bench.proxy('replay');
    const replayed = await postChat(player, 'Say hello to Kim', { stream: true }, headers);
    expect(replayed.failure).toBeDefined();
    expect(replayed.bytes).toEqual(live.bytes);
  });

  test('a provider that cannot be reached is a broken connection, live and replayed, and the report says why', async () => {
    await using bench = await Bench.open();
    const dead = { upstreams: { 'https://api.openai.com': 'http://127.0.0.1:1' } };
    const recorder = await bench.proxy('record', { options: dead });
    await expect(postChat(recorder, 'Hello?')).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect((await recorder.close()).warnings.join('\n')).toMatch(/ECONNREFUSED/);
    const player = await bench.proxy('replay');
    await expect(postChat(player, 'Hello?')).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect((await player.close()).reports).toMatchObject([{ replayed: 1, misses: [] }]);
  });

  test('a client that hangs up in the middle leaves what it had, marked as cut by it', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const leaving = new AbortController();
    const response = await fetch(`${proxy.baseUrl('openai')}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...jsonHeaders, 'x-sim-delay': '30' },
      body: chat('Count from one to eight', { stream: true }),
      signal: leaving.signal,
    });
    await response.body!.getReader().read();
    leaving.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { reports } = await proxy.close();
    expect(reports).toMatchObject([{ recorded: 1, saved: true }]);
    const tape = readFileSync(join(bench.folder, 'test.jsonl'), 'utf8');
    expect(tape).toMatch(/"aborted":1,"by":"client"/);
    expect(tape).not.toContain('[DONE]');
  });

  test('stopping lets a stream that is under way come to its end, and saves it whole', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const answer = postChat(
      proxy,
      'Count from one to eight',
      { stream: true },
      { ...jsonHeaders, 'x-sim-delay': '20' },
    );
    await expect.poll(() => bench.provider.calls).toBe(1);
    const [{ bytes, failure }, { reports }] = await Promise.all([answer, proxy.close()]);
    expect(failure).toBeUndefined();
    expect(bytes.toString()).toContain('[DONE]');
    expect(reports).toMatchObject([{ recorded: 1, saved: true, warnings: [] }]);
    expect(readFileSync(join(bench.folder, 'test.jsonl'), 'utf8')).not.toContain('aborted');
  });

  test('a failed outcome keeps the old cassette', async () => {
    await using bench = await Bench.open();
    const first = await bench.proxy('record');
    await postChat(first, 'Say hello to Kim');
    await first.close();
    const before = readFileSync(join(bench.folder, 'test.jsonl'));
    const second = await bench.proxy('record');
    await postChat(second, 'Something else');
    expect((await second.close({ outcome: 'failed' })).reports).toMatchObject([
      { saved: false, recorded: 1 },
    ]);
    expect(readFileSync(join(bench.folder, 'test.jsonl'))).toEqual(before);
  });
});

describe('which upstream', () => {
  test('a name of the user leads to its base, path and all, and is recorded although it is loopback', async () => {
    await using bench = await Bench.open();
    await using proxy = await bench.proxy('record', {
      upstream: { local: `${bench.provider.baseUrl('openai')}/` },
    });
    const live = await ask(`${proxy.baseUrl('local')}/chat/completions`, { body: chat('Hello') });
    expect(live.status).toBe(200);
    expect(bench.provider.requests.at(-1)!.path).toBe('/v1/chat/completions');
    expect((await proxy.close()).reports).toMatchObject([{ recorded: 1 }]);
  });

  test('a gateway for a known provider keeps the public URL on tape', async () => {
    await using bench = await Bench.open();
    const gateway = bench.provider.upstreams['https://api.openai.com']!;
    const proxy = await startProxy({
      cassette: 'test',
      environment: cleanEnvironment,
      options: { mode: 'record', dir: bench.folder },
      upstream: { openai: gateway },
    });
    await postChat(proxy, 'Hello');
    await proxy.close();
    expect(readFileSync(join(bench.folder, 'test.jsonl'), 'utf8')).toContain(
      'https://api.openai.com/v1/chat',
    );
  });

  test("another host of the same provider is that provider's own", async () => {
    await using bench = await Bench.open();
    const upstreams = { 'https://eu.api.openai.com': bench.provider.upstreams['https://api.openai.com']! };
    const proxy = await bench.proxy('record', {
      upstream: { openai: 'https://eu.api.openai.com' },
      options: { upstreams },
    });
    await postChat(proxy, 'Hello');
    await proxy.close();
    expect(readFileSync(join(bench.folder, 'test.jsonl'), 'utf8')).toContain(
      'https://eu.api.openai.com/v1/chat',
    );
  });

  test.each([
    ['a name with a slash', { 'a/b': 'http://127.0.0.1:1' }],
    ['a name with a dash in front', { '-': 'http://127.0.0.1:1' }],
    ['no URL', { local: 'localhost' }],
    ['another scheme', { local: 'file:///etc' }],
    ['credentials', { local: 'https://me:secret@host.example' }],
    ['a query', { local: 'https://host.example?key=1' }],
  ])('%s is refused at the start', async (_what, upstream) => {
    await expect(startProxy({ upstream, environment: cleanEnvironment })).rejects.toMatchObject({
      code: 'REEL_INVALID_OPTION',
      message: expect.not.stringContaining('secret@') as string,
    });
  });

  test('live reaches the provider, needs no cassette and writes none', async () => {
    await using bench = await Bench.open();
    const proxy = await startProxy({ environment: cleanEnvironment, options: bench.options('live') });
    expect((await postChat(proxy, 'Hello')).status).toBe(200);
    await proxy.close();
    expect(existsSync(join(bench.folder, 'test.jsonl'))).toBe(false);
  });
});

describe('which cassette', () => {
  test('a path prefix or a header names it, and the header is not sent on', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    await ask(`${proxy.baseUrl('openai', 'billing/refund')}/v1/chat/completions`, { body: chat('one') });
    await ask(`${proxy.url}/@billing%2Fother/openai/v1/chat/completions`, { body: chat('two') });
    await postChat(proxy, 'three', {}, { ...jsonHeaders, 'x-reel-cassette': 'by/header-%C3%A9' });
    expect(bench.provider.requests.every(({ headers }) => headers['x-reel-cassette'] === undefined)).toBe(
      true,
    );
    expect([...proxy.cassettes].toSorted()).toEqual(['billing/other', 'billing/refund', 'by/header-é']);
    const { reports } = await proxy.close();
    expect(reports.every(({ saved, recorded }) => saved && recorded === 1)).toBe(true);
    for (const name of ['billing/refund', 'billing/other', 'by/header-é'])
      expect(existsSync(join(bench.folder, `${name}.jsonl`))).toBe(true);
  });

  test('without any, the request is refused in words', async () => {
    await using bench = await Bench.open();
    const proxy = await startProxy({ environment: cleanEnvironment, options: bench.options('replay') });
    const refused = await postChat(proxy, 'Hello');
    expect(refused.status).toBe(400);
    expect(refused.bytes.toString()).toContain('REEL_CASSETTE_NAME');
    expect((await proxy.close()).errors).toMatchObject([{ code: 'REEL_CASSETTE_NAME' }]);
  });

  test.each(['..:..:etc', '%2e%2e%2fup', 'a::b', ':abs', 'con', 'x.jsonl', '%ff'])(
    '%s leads nowhere',
    async (name) => {
      await using bench = await Bench.open();
      const proxy = await bench.proxy('record');
      const refused = await ask(`${proxy.url}/@${name}/openai/v1/models`, { method: 'GET' });
      expect(refused.status).toBe(400);
      expect(bench.provider.calls).toBe(0);
    },
  );

  test('REEL_CASSETTE names a file, as it does for --import @reel/core/register', async () => {
    await using bench = await Bench.open();
    const proxy = await startProxy({
      environment: { REEL_CASSETTE: 'whole-process.jsonl', REEL_DIR: bench.folder },
      options: { mode: 'record', upstreams: bench.provider.upstreams },
    });
    await postChat(proxy, 'Hello');
    await proxy.close();
    expect(existsSync(join(bench.folder, 'whole-process.jsonl'))).toBe(true);
  });

  test('closing one saves it while the proxy goes on, and its next request begins anew', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    await postChat(recorder, 'one');
    expect(await recorder.closeCassette()).toMatchObject({ saved: true, recorded: 1 });
    expect(await recorder.closeCassette()).toBeUndefined();
    await recorder.close();
    const player = await bench.proxy('replay');
    expect((await postChat(player, 'one')).status).toBe(200);
    expect((await postChat(player, 'one')).status).toBe(400);
    await player.closeCassette();
    expect((await postChat(player, 'one')).status).toBe(200);
  });

  test('closing works over HTTP, too, and says what happened', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    await ask(`${proxy.url}${cassettePath('a/b')}/openai/v1/chat/completions`, { body: chat('one') });
    const status = await ask(`${proxy.url}/-/status`, { method: 'GET' });
    expect(JSON.parse(status.bytes.toString())).toMatchObject({ mode: 'record', cassettes: ['a/b'] });
    const closed = await ask(`${proxy.url}/-/close?cassette=a/b`);
    expect(JSON.parse(closed.bytes.toString())).toMatchObject({ report: { saved: true, recorded: 1 } });
    expect(existsSync(join(bench.folder, 'a/b.jsonl'))).toBe(true);
    expect((await ask(`${proxy.url}/-/close?cassette=a/b&outcome=maybe`)).status).toBe(400);
    expect((await ask(`${proxy.url}/-/nothing`, { method: 'GET' })).status).toBe(404);
  });

  test('a request that comes while its cassette is being saved waits and finds it again', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record-if-missing');
    await postChat(proxy, 'one');
    const slow = postChat(proxy, 'two', { stream: true }, { ...jsonHeaders, 'x-sim-delay': '20' });
    await expect.poll(() => bench.provider.calls).toBe(2);
    const closing = proxy.closeCassette();
    const meanwhile = await postChat(proxy, 'one');
    expect(meanwhile.status).toBe(200);
    expect(await closing).toMatchObject({ saved: true, recorded: 2 });
    expect((await slow).bytes.toString()).toContain('[DONE]');
    expect((await proxy.close()).reports.at(-1)).toMatchObject({ replayed: 1, recorded: 0 });
  });
});

test('a cassette that cannot be saved is an error of the report, and the others are saved', async () => {
  await using bench = await Bench.open();
  const told: string[] = [];
  const proxy = await bench.proxy('record', { onError: ({ code }) => told.push(code) });
  const secret = ['sk', 'proj', 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z'].join('-');
  await postChat(proxy, 'fine');
  await proxy.closeCassette();
  // A folder in the place of the file: no right to write, whoever runs this.
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(bench.folder, 'blocked.jsonl/x'), { recursive: true });
  await ask(`${proxy.baseUrl('openai', 'good')}/v1/chat/completions`, { body: chat('good') });
  const blocked = await ask(`${proxy.baseUrl('openai', 'blocked')}/v1/chat/completions?key=${secret}`, {
    body: chat('blocked'),
  });
  expect(blocked.status).toBe(400);
  const { reports, errors } = await proxy.close();
  expect(reports.map(({ saved }) => saved)).toContain(true);
  expect(existsSync(join(bench.folder, 'good.jsonl'))).toBe(true);
  expect([...reports.flatMap(({ misses }) => misses), ...errors].map(({ code }) => code)).toContain(
    'REEL_STORE_UNREADABLE',
  );
  expect(JSON.stringify([reports, errors.map(({ message }) => message)])).not.toContain(secret);
});

test('a port that is taken is said so', async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  await expect(startProxy({ port, environment: cleanEnvironment })).rejects.toMatchObject({
    code: 'REEL_PROXY_LISTEN',
  });
  blocker.close();
});

async function decode(bytes: Buffer, encoding: string): Promise<string> {
  const decoders = {
    gzip: promisify(zlib.gunzip),
    br: promisify(zlib.brotliDecompress),
    zstd: promisify(zlib.zstdDecompress),
    deflate: promisify(zlib.inflate),
  };
  const decoded = await decoders[encoding as keyof typeof decoders](bytes as never);
  return decoded.toString();
}
