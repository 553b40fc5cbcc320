import { once } from 'node:events';
import { createServer, Agent as HttpAgent } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { afterEach, describe, expect, it, vi } from 'vitest';
import WsWebSocket, { type WebSocket as ServerSocket } from 'ws';
import type { CassetteStore } from '../../src/cassette/store.ts';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { ScopeReport } from '../../src/report.ts';
import { createSession } from '../../src/session.ts';
import { useCassette } from '../../src/use-cassette.ts';
import { connectWs } from './clients.ts';
import { startRealtimeServer, type RealtimeServer } from './realtime-server.ts';

const realtime = 'wss://api.openai.com/v1/realtime?model=gpt-realtime';
const headers = { authorization: 'Bearer sk-live' };

const servers: RealtimeServer[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(onConnection: (socket: ServerSocket) => void): Promise<Record<string, string>> {
  const server = await startRealtimeServer(onConnection);
  servers.push(server);
  return { 'https://api.openai.com': server.origin };
}

const echo = (socket: ServerSocket): void => {
  socket.on('message', (data: Buffer, isBinary) => socket.send(data, { binary: isBinary }));
};

/** Records and replays the same talk; both results, and the tape. */
async function both<T>(
  onConnection: (socket: ServerSocket) => void,
  talk: () => Promise<T>,
): Promise<{ live: T; replayed: T; tape: string; store: CassetteStore }> {
  const upstreams = await serve(onConnection);
  const store = createMemoryStore();
  const live = await useCassette('talk', { store, mode: 'record', upstreams }, talk);
  const server = servers.pop()!;
  await server.close();
  const replayed = await useCassette('talk', { store, mode: 'replay' }, talk);
  return { live, replayed, tape: Buffer.from(store.read('talk')!.bytes).toString('utf8'), store };
}

/** What a client hears until the session ends. */
async function hear(socket: WsWebSocket): Promise<{ heard: string[]; code: number; reason: string }> {
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  socket.on('error', () => {});
  const [code, reason] = await new Promise<[number, Buffer]>((resolve) =>
    socket.once('close', (...end: [number, Buffer]) => resolve(end)),
  );
  return { heard, code, reason: reason.toString() };
}

describe('on the wire', () => {
  it('a client that offers compression is recorded without, readable', async () => {
    const { live, replayed, tape } = await both(echo, async () => {
      const socket = new WsWebSocket(realtime, { headers, perMessageDeflate: { threshold: 0 } });
      await once(socket, 'open');
      socket.send(JSON.stringify({ words: 'again and again '.repeat(20) }));
      const [data] = (await once(socket, 'message')) as [Buffer];
      socket.close();
      await once(socket, 'close');
      return { extensions: socket.extensions, said: data.toString() };
    });
    expect(live.extensions).toBe('');
    expect(replayed).toEqual(live);
    expect(tape).toContain('again and again');
  });

  it('fragments are one message on tape, and pings of both sides are answered in replay', async () => {
    const { live, replayed, tape } = await both(
      (socket) => {
        socket.send('{"in":', { fin: false });
        socket.ping('now?');
        socket.send('"pieces"}', { fin: true });
        echo(socket);
      },
      async () => {
        const socket = new WsWebSocket(realtime, { headers });
        const first = once(socket, 'message');
        await once(socket, 'open');
        const said = [String((await first)[0])];
        socket.ping('are you there?');
        const [pong] = (await once(socket, 'pong')) as [Buffer];
        socket.send('"a', { fin: false });
        socket.send('nswer"', { fin: true });
        said.push(String((await once(socket, 'message'))[0]));
        socket.terminate();
        return [...said, pong.toString()];
      },
    );
    expect(live).toEqual(['{"in":"pieces"}', '"answer"', 'are you there?']);
    expect(replayed).toEqual(live);
    expect(tape).toContain('{"received":1,"json":{"in":"pieces"}}\n{"sent":1,"text":"\\"answer\\""}');
    expect(tape).toContain('{"closed":1,"by":"client","cut":true}');
  });

  it.each([
    ['with code and reason', (socket: ServerSocket) => socket.close(4008, 'slow down')],
    ['without a code', (socket: ServerSocket) => socket.close()],
    ['with a long reason', (socket: ServerSocket) => socket.close(1011, 'é'.repeat(61))],
    ['by a cut', (socket: ServerSocket) => socket.terminate()],
  ])('a server that ends the session %s does so in replay', async (_, end) => {
    const { live, replayed } = await both(
      (socket) => socket.send('"hello"', () => end(socket)),
      () => hear(new WsWebSocket(realtime, { headers })),
    );
    expect(live.heard).toEqual(['"hello"']);
    expect(replayed).toEqual(live);
  });

  it('the last words of a server reach a client that reads slowly', async () => {
    const words = Array.from({ length: 40 }, (_, index) => `"${index} ${'x'.repeat(50_000)}"`);
    const { live, replayed } = await both(
      (socket) => {
        for (const word of words) socket.send(word);
        socket.close(1000, 'that is all');
      },
      async () => {
        const socket = new WsWebSocket(realtime, { headers });
        const all = hear(socket);
        socket.once('message', () => {
          socket.pause();
          setTimeout(() => socket.resume(), 80);
        });
        const { heard, ...end } = await all;
        return { count: heard.length, isWhole: heard.join() === words.join(), ...end };
      },
    );
    expect(live).toEqual({ count: 40, isWhole: true, code: 1000, reason: 'that is all' });
    expect(replayed).toEqual(live);
  });

  it('a chosen subprotocol is chosen again, and a key among the offered ones is not on tape', async () => {
    const { live, replayed, tape } = await both(echo, async () => {
      const socket = new globalThis.WebSocket(realtime, ['realtime', 'openai-insecure-api-key.sk-live']);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      const { protocol } = socket;
      socket.close();
      await new Promise((resolve) => socket.addEventListener('close', resolve));
      return protocol;
    });
    expect([live, replayed]).toEqual(['realtime', 'realtime']);
    expect(tape).not.toContain('sk-live');
  });

  it('an agent with kept connections is no obstacle', async () => {
    const { origin } = await startRealtimeServer(echo).then((server) => (servers.push(server), server));
    const store = createMemoryStore();
    const agent = new HttpAgent({ keepAlive: true });
    const talk = async (): Promise<string> => {
      const socket = new WsWebSocket(`${origin.replace('http', 'ws')}/talk`, { agent });
      await once(socket, 'open');
      socket.send('"hello"');
      const [data] = (await once(socket, 'message')) as [Buffer];
      socket.close();
      await once(socket, 'close');
      return data.toString();
    };
    const intercept = [new URL(origin).host];
    const live = await useCassette('talk', { store, mode: 'record', intercept }, talk);
    expect(await useCassette('talk', { store, mode: 'replay', intercept }, talk)).toBe(live);
    agent.destroy();
  });

  it("a session through the application's own proxy is recorded and replayed", async () => {
    const tunnels: string[] = [];
    const proxy = createServer();
    const upstreams = await serve(echo);
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url!);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const store = createMemoryStore();
    const talk = async (): Promise<string> => {
      const agent = new HttpsProxyAgent(`http://127.0.0.1:${port}`);
      const socket = new WsWebSocket(realtime, { headers, agent });
      await once(socket, 'open');
      socket.send('"hello"');
      const [data] = (await once(socket, 'message')) as [Buffer];
      socket.close();
      await once(socket, 'close');
      return data.toString();
    };
    const live = await useCassette('talk', { store, mode: 'record', upstreams }, talk);
    expect(await useCassette('talk', { store, mode: 'replay' }, talk)).toBe(live);
    expect(tunnels).toEqual(['api.openai.com:443', 'api.openai.com:443']);
    proxy.closeAllConnections();
    proxy.close();
  });

  it('a handshake that nobody answers runs into the timeout of the client, live and in replay', async () => {
    const silent = net.createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const store = createMemoryStore();
    const talk = async (): Promise<string> => {
      const socket = new WsWebSocket(realtime, { headers, handshakeTimeout: 100 });
      const [error] = (await once(socket, 'error')) as [Error];
      return error.message;
    };
    const upstreams = { 'https://api.openai.com': `http://127.0.0.1:${port}` };
    const live = await useCassette('talk', { store, mode: 'record', upstreams }, talk);
    expect(live).toMatch(/timed out/);
    expect(await useCassette('talk', { store, mode: 'replay' }, talk)).toBe(live);
    silent.close();
  });

  it('what is no WebSocket after its handshake passes through, and the report says that it is not on tape', async () => {
    const { createHash } = await import('node:crypto');
    const odd = createServer();
    odd.on('upgrade', (request, socket) => {
      const key = request.headers['sec-websocket-key']!;
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 OK\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      );
      socket.end('this is no frame');
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    const { port } = odd.address() as AddressInfo;
    const recorder = createSession({
      options: { mode: 'record', upstreams: { 'https://api.openai.com': `http://127.0.0.1:${port}` } },
      environment: {},
    }).start();
    const scope = recorder.open({ cassette: 'odd', store: createMemoryStore(), test: 'odd' });
    await scope.run(() => hear(new WsWebSocket(realtime, { headers })));
    const report: ScopeReport = await scope.close('passed');
    recorder.stop();
    odd.close();
    expect(report.warnings.join()).toMatch(/is not recorded whole: what the server sent could not be read/);
  });

  it('faked timers do not stop a session', async () => {
    const { replayed, store } = await both(echo, async () => {
      const client = await connectWs(realtime);
      client.send('"hello"');
      const said = await client.next();
      client.close(1000);
      await client.closed();
      return said;
    });
    vi.useFakeTimers();
    const again = await useCassette('talk', { store, mode: 'replay' }, async () => {
      const client = await connectWs(realtime);
      client.send('"hello"');
      const said = await client.next();
      client.close(1000);
      return said;
    });
    expect(again).toBe(replayed);
  });

  it.each(['once', 'record-if-missing'])(
    'mode %s records a session at first, and replays it then',
    async (mode) => {
      const upstreams = await serve(echo);
      const store = createMemoryStore();
      const talk = async (): Promise<void> => {
        const client = await connectWs(realtime);
        client.send('"hello"');
        await client.next();
        client.close(1000);
        await client.closed();
      };
      await useCassette('talk', { store, mode, upstreams }, talk);
      await useCassette('talk', { store, mode, upstreams }, talk);
      expect(servers[0]!.handshakes).toBe(1);
    },
  );

  it('mode live passes a session through, and writes nothing', async () => {
    const upstreams = await serve(echo);
    const store = createMemoryStore();
    await useCassette('talk', { store, mode: 'live', upstreams }, async () => {
      const client = await connectWs(realtime);
      client.send('"hello"');
      expect(await client.next()).toBe('"hello"');
      client.close(1000);
    });
    expect(store.read('talk')).toBeUndefined();
  });
});
