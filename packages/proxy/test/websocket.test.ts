import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { describe, expect, test } from 'vitest';
import WsWebSocket, { WebSocketServer, type ClientOptions } from 'ws';
import { useCassette } from '@reel/core';
import { startForwardProxy, type ForwardProxy, type Proxy } from '../src/index.ts';
import { findPython } from './python.ts';
import { Bench, cleanEnvironment, postChat, runProgram } from './support.ts';

const authorization = 'Bearer sk-realtime-0123456789';

/** One question over the Realtime API, and the answer's text; the close of the session, too. */
async function talk(url: string, options: ClientOptions = {}): Promise<{ said: string; code: number }> {
  const socket = new WsWebSocket(url, { headers: { authorization }, ...options });
  let said = '';
  const send = (event: object): void => socket.send(JSON.stringify(event));
  socket.on('open', () => {
    send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    const content = [{ type: 'input_text', text: 'Say hello to Kim' }];
    send({
      type: 'conversation.item.create',
      event_id: `evt_${crypto.randomUUID()}`,
      item: { type: 'message', role: 'user', content },
    });
    send({ type: 'response.create' });
  });
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as { type: string; delta: string };
    if (event.type === 'response.output_text.delta') said += event.delta;
    if (event.type === 'response.done') socket.close(1000, 'done');
  });
  const [code] = (await once(socket, 'close')) as [number];
  return { said, code };
}

const realtime = (proxy: Proxy, cassette?: string): string =>
  `${proxy.baseUrl('openai', cassette).replace('http', 'ws')}/v1/realtime?model=gpt-realtime`;

describe('a WebSocket through the reverse proxy', () => {
  test('is recorded, the provider stopped, and replayed: the same words', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    const live = await talk(realtime(recorder));
    expect(live).toMatchObject({ said: expect.stringMatching(/\w/) as string, code: 1000 });
    expect(await recorder.close()).toMatchObject({
      reports: [{ recorded: 1, saved: true, misses: [] }],
      errors: [],
      warnings: [],
    });
    await bench.provider.close();
    const player = await bench.proxy('replay');
    expect(await talk(realtime(player))).toEqual(live);
    expect(await player.close()).toMatchObject({
      reports: [{ replayed: 1, misses: [], unused: [] }],
      errors: [],
    });
    expect(bench.provider.handshakes).toBe(1);
  });

  test('makes the cassette that code in process makes, without keys or the address of the proxy', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    const live = await talk(realtime(recorder));
    await recorder.close();
    const tape = readFileSync(join(bench.folder, 'test.jsonl'), 'utf8');
    expect(tape).toContain('"url":"wss://api.openai.com/v1/realtime?model=gpt-realtime"');
    expect(tape).not.toContain('127.0.0.1');
    expect(tape).not.toContain('sk-realtime');
    const replayed = await useCassette('test', { mode: 'replay', dir: bench.folder }, () =>
      talk('wss://api.openai.com/v1/realtime?model=gpt-realtime'),
    );
    expect(replayed).toEqual(live);
  });

  test('two sessions at once, in cassettes of their own, do not mix', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    const live = await Promise.all(['a', 'b'].map((name) => talk(realtime(recorder, name))));
    expect((await recorder.close()).reports).toMatchObject([{ recorded: 1 }, { recorded: 1 }]);
    const player = await bench.proxy('replay');
    expect(await Promise.all(['a', 'b'].map((name) => talk(realtime(player, name))))).toEqual(live);
  });

  test('that was not recorded is closed with the reason, and is a miss of the report', async () => {
    await using bench = await Bench.open();
    const player = await bench.proxy('replay');
    const socket = new WsWebSocket(realtime(player), { headers: { authorization } });
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect(code).toBe(1008);
    expect(reason.toString()).toContain('REEL_CASSETTE_NOT_FOUND');
    expect(messages.join()).toContain('REEL_CASSETTE_NOT_FOUND');
    expect((await player.close()).reports).toMatchObject([{ misses: [{ code: 'REEL_CASSETTE_NOT_FOUND' }] }]);
    expect(bench.provider.handshakes).toBe(0);
  });

  test('that says something else than was recorded is a miss with a diff', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    await talk(realtime(recorder));
    await recorder.close();
    const player = await bench.proxy('replay');
    const socket = new WsWebSocket(realtime(player), { headers: { authorization } });
    socket.on('open', () => socket.send('{"type":"session.update","session":{"type":"transcription"}}'));
    expect((await once(socket, 'close'))[0]).toBe(1008);
    const { reports } = await player.close();
    expect(reports[0]!.misses[0]!.message).toContain('transcription');
  });

  test('whose handshake was refused is refused again, with status and body', async () => {
    await using bench = await Bench.open();
    const refused = async (proxy: Proxy): Promise<unknown> => {
      const socket = new WsWebSocket(realtime(proxy));
      socket.on('error', () => {});
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
      return { status: response.statusCode, body: await text(response) };
    };
    const recorder = await bench.proxy('record');
    const live = await refused(recorder);
    expect(live).toMatchObject({ status: 401, body: expect.stringContaining('No API key') as string });
    await recorder.close();
    await bench.provider.close();
    expect(await refused(await bench.proxy('replay'))).toEqual(live);
  });

  test('that is still open when the proxy stops is saved so far, and not waited for', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    const open = async (proxy: Proxy): Promise<WsWebSocket> => {
      const socket = new WsWebSocket(realtime(proxy), { headers: { authorization } });
      socket.on('error', () => {});
      await once(socket, 'message');
      socket.send('{"type":"session.update","session":{"type":"realtime"}}');
      await once(socket, 'message');
      return socket;
    };
    const socket = await open(recorder);
    const closed = once(socket, 'close');
    const started = performance.now();
    expect((await recorder.close()).reports).toMatchObject([{ recorded: 1, saved: true }]);
    expect(performance.now() - started).toBeLessThan(2500);
    await closed;
    const player = await bench.proxy('replay');
    await open(player);
    expect((await player.close()).reports).toMatchObject([{ replayed: 1, misses: [] }]);
  });

  test('for which its recording still waits when the proxy stops is a miss', async () => {
    await using bench = await Bench.open();
    const recorder = await bench.proxy('record');
    await talk(realtime(recorder));
    await recorder.close();
    const player = await bench.proxy('replay');
    const socket = new WsWebSocket(realtime(player), { headers: { authorization } });
    socket.on('error', () => {});
    await once(socket, 'message');
    const { reports } = await player.close();
    expect(reports[0]!.misses[0]!.message).toContain(
      'the test ended before the client sent all that was recorded',
    );
  });

  test('in mode live reaches the provider and leaves no cassette', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('live');
    expect(await talk(realtime(proxy))).toMatchObject({ code: 1000 });
    expect(await proxy.close()).toMatchObject({ reports: [], errors: [] });
    expect(bench.provider.handshakes).toBe(1);
  });

  test('to an own server that breaks off is recorded so, told, and breaks off in replay', async () => {
    await using bench = await Bench.open();
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => {
      socket.send('"hello"', () => socket.terminate());
    });
    const { port } = server.address() as AddressInfo;
    const upstream = { mine: `http://127.0.0.1:${port}` };
    const listen = async (proxy: Proxy): Promise<unknown> => {
      const socket = new WsWebSocket(`${proxy.baseUrl('mine').replace('http', 'ws')}/talk`);
      const heard: string[] = [];
      socket.on('error', () => {});
      socket.on('message', (data: Buffer) => heard.push(data.toString()));
      const [code] = (await once(socket, 'close')) as [number];
      return { heard, code };
    };
    const recorder = await bench.proxy('record', { upstream });
    const live = await listen(recorder);
    expect(live).toEqual({ heard: ['"hello"'], code: 1006 });
    expect((await recorder.close()).warnings.join()).toContain('failed upstream');
    await new Promise((resolve) => server.close(resolve));
    expect(await listen(await bench.proxy('replay', { upstream }))).toEqual(live);
  });

  test('to a server that cannot be reached fails like the network, and says so', async () => {
    await using bench = await Bench.open();
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const proxy = await bench.proxy('record', { upstream: { mine: `http://127.0.0.1:${port}` } });
    const socket = new WsWebSocket(`${proxy.baseUrl('mine').replace('http', 'ws')}/talk`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/ECONNRESET|hang up/);
    expect((await proxy.close()).warnings.join()).toContain('ECONNREFUSED');
  });

  test('compression that a client offers is not taken, so that the tape can be read', async () => {
    await using bench = await Bench.open();
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    await once(server, 'listening');
    server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(String(data))));
    const { port } = server.address() as AddressInfo;
    const proxy = await bench.proxy('record', { upstream: { mine: `http://127.0.0.1:${port}` } });
    const socket = new WsWebSocket(`${proxy.baseUrl('mine').replace('http', 'ws')}/talk`, {
      perMessageDeflate: true,
    });
    await once(socket, 'open');
    expect(socket.extensions).toBe('');
    socket.send('"a word, a word, a word, a word"');
    await once(socket, 'message');
    socket.close();
    await once(socket, 'close');
    await proxy.close();
    expect(readFileSync(join(bench.folder, 'test.jsonl'), 'utf8')).toContain('{"received":1,"text":');
    await new Promise((resolve) => server.close(resolve));
  });

  test('plain requests go on while a session is open', async () => {
    await using bench = await Bench.open();
    const proxy = await bench.proxy('record');
    const socket = new WsWebSocket(realtime(proxy), { headers: { authorization } });
    await once(socket, 'message');
    expect(await postChat(proxy, 'Say hello to Kim')).toMatchObject({ status: 200 });
    socket.close(1000);
    await once(socket, 'close');
    expect((await proxy.close()).reports).toMatchObject([{ recorded: 2 }]);
  });
});

describe('a WebSocket through the forward proxy', () => {
  const start = (bench: Bench, mode: string): Promise<ForwardProxy> =>
    startForwardProxy({ cassette: 'test', environment: cleanEnvironment, options: bench.options(mode) });
  const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime';

  test('is recorded and replayed inside of the tunnel of an agent', async () => {
    await using bench = await Bench.open();
    const recorder = await start(bench, 'record');
    const through = ({ url: proxy, ca }: ForwardProxy): ClientOptions => ({
      agent: new HttpsProxyAgent(proxy),
      ca: ca.certificate,
    });
    const live = await talk(url, through(recorder));
    expect(live).toMatchObject({ code: 1000 });
    expect(await recorder.close()).toMatchObject({ reports: [{ recorded: 1, saved: true }], errors: [] });
    await bench.provider.close();
    const player = await start(bench, 'replay');
    expect(await talk(url, through(player))).toEqual(live);
    expect(await player.close()).toMatchObject({ reports: [{ replayed: 1, misses: [] }], errors: [] });
  });

  test('to a host that nobody named passes unread in a tunnel', async () => {
    await using bench = await Bench.open();
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(String(data))));
    const { port } = server.address() as AddressInfo;
    const proxy = await start(bench, 'replay');
    const socket = new WsWebSocket(`ws://127.0.0.1:${port}/own`, { agent: new HttpsProxyAgent(proxy.url) });
    await once(socket, 'open');
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('hello');
    socket.close();
    await once(socket, 'close');
    expect(await proxy.close()).toMatchObject({ reports: [], errors: [] });
    await new Promise((resolve) => server.close(resolve));
  });
});

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const python = findPython('websockets');

describe.each([
  { name: 'a Python process with websockets', ...python, args: [program('realtime.py')] },
  {
    name: 'a Node process with the ws package',
    command: process.execPath,
    args: [program('realtime.mjs')],
  },
])('$name', (subject) => {
  test('records a session and replays it with the provider stopped', { timeout: 30_000 }, async (context) => {
    if ('missing' in subject) return context.skip(subject.missing);
    await using bench = await Bench.open();
    const run = (proxy: Proxy): ReturnType<typeof runProgram> =>
      runProgram(subject.command, subject.args, {
        ...proxy.variables(),
        OPENAI_API_KEY: 'sk-realtime-0123456789',
      });
    const recorder = await bench.proxy('record');
    const live = await run(recorder);
    expect(live).toMatchObject({ code: 0, stderr: '' });
    expect(await recorder.close()).toMatchObject({ reports: [{ recorded: 1, saved: true }], errors: [] });
    await bench.provider.close();
    const player = await bench.proxy('replay');
    const replayed = await run(player);
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    expect(replayed.stdout.toString()).toMatch(/\w/);
    expect(replayed.stdout.equals(live.stdout)).toBe(true);
    expect((await player.close()).reports).toMatchObject([{ replayed: 1, misses: [] }]);
  });
});
