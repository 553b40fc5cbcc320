import {
  createServer as createHttpServer,
  Agent,
  get,
  request,
  type IncomingMessage,
  type Server,
} from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls, { connect as earlyTlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Agent as UndiciAgent, Client, request as undiciRequest } from 'undici';
import { selfSigned } from '@reel/testkit/transport-conformance';
import { runClaimed } from '../../src/interception/claim.ts';
import { createSocketTransport } from '../../src/interception/socket.ts';
import { MemoryRecorder } from './memory-recorder.ts';

// A reference that no patch reaches, as a module holds it that was loaded before Reel.
const capturedTlsConnect = tls.connect;

let server: Server;
let port: number;
let connections = 0;
let recorder: MemoryRecorder;
const transport = createSocketTransport();

beforeEach(async () => {
  connections = 0;
  server = createHttpServer((call, answer) => {
    answer.setHeader('x-seen', JSON.stringify(call.rawHeaders));
    answer.end(`live ${call.url}`);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  recorder = new MemoryRecorder((endpoint) => endpoint.port === port);
});

afterEach(() => {
  transport.disable();
  server.close();
  server.closeAllConnections();
});

function fetchText(path: string, options: object = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path, ...options }, (answer) =>
      collect(answer).then(resolve, reject),
    );
    call.once('error', reject);
    call.end();
  });
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text;
}

describe('what is not watched', () => {
  test('keeps its own connect, byte for byte', async () => {
    recorder = new MemoryRecorder(() => false);
    transport.enable(recorder);
    expect(await fetchText('/')).toBe('live /');
    expect(recorder.tape).toEqual([]);
    expect(connections).toBe(1);
  });

  test('has a real file descriptor and a real address', async () => {
    recorder = new MemoryRecorder(() => false);
    transport.enable(recorder);
    const socket = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    expect((socket as unknown as { _handle: { fd: number } })._handle.fd).toBeGreaterThan(0);
    expect(Object.getPrototypeOf(socket)).toBe(net.Socket.prototype);
    socket.destroy();
  });

  test('is never asked about when it is a Unix socket or a pipe', async () => {
    const asked: unknown[] = [];
    recorder = new MemoryRecorder((endpoint) => asked.push(endpoint) > 0);
    transport.enable(recorder);
    const socket = net.connect('/nonexistent.sock');
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    expect(error.code).toBe('ENOENT');
    expect(asked).toEqual([]);
  });
});

describe('the patches', () => {
  test('are gone after disable, down to the descriptor', () => {
    const before = [descriptor(net.Socket.prototype, 'connect'), descriptor(tls, 'connect')];
    transport.enable(recorder);
    expect(net.Socket.prototype.connect).not.toBe(before[0]!.value);
    transport.disable();
    expect([descriptor(net.Socket.prototype, 'connect'), descriptor(tls, 'connect')]).toEqual(before);
  });

  test('reach an `import { connect }` and go from it again', () => {
    const original = earlyTlsConnect;
    transport.enable(recorder);
    expect(earlyTlsConnect).not.toBe(original);
    transport.disable();
    expect(earlyTlsConnect).toBe(original);
  });

  test('stay under what somebody else put on top, and then do nothing', async () => {
    transport.enable(recorder);
    const ours = net.Socket.prototype.connect;
    const calls: unknown[] = [];
    net.Socket.prototype.connect = function connect(this: net.Socket, ...args: unknown[]) {
      calls.push(args);
      return Reflect.apply(ours, this, args) as net.Socket;
    } as typeof ours;
    const theirs = net.Socket.prototype.connect;
    transport.disable();
    expect(net.Socket.prototype.connect).toBe(theirs);
    expect(await fetchText('/')).toBe('live /');
    expect(calls).toHaveLength(1);
    expect(recorder.tape).toEqual([]);
    transport.enable(recorder);
    expect(await fetchText('/again')).toBe('live /again');
    expect(recorder.tape).toHaveLength(1);
    net.Socket.prototype.connect = ours;
  });

  test('are made once when enabled twice', async () => {
    transport.enable(recorder);
    const once = net.Socket.prototype.connect;
    transport.enable(recorder);
    expect(net.Socket.prototype.connect).toBe(once);
  });
});

describe('a possessed socket', () => {
  test('has the surface of a connected one', async () => {
    transport.enable(recorder);
    const socket = net.connect({ port, host: '127.0.0.1' });
    expect(socket.connecting).toBe(true);
    expect(socket.readyState).toBe('opening');
    expect(socket.remoteAddress).toBeUndefined();
    const events: string[] = [];
    for (const event of ['lookup', 'connect', 'ready']) socket.on(event, () => events.push(event));
    await new Promise((resolve) => socket.once('ready', resolve));
    expect(events).toEqual(['connect', 'ready']);
    expect(socket).toMatchObject({ connecting: false, pending: false, readyState: 'open', destroyed: false });
    expect(socket).toMatchObject({ remoteAddress: '127.0.0.1', remotePort: port, remoteFamily: 'IPv4' });
    expect(socket.address()).toEqual({ address: '127.0.0.1', family: 'IPv4', port: socket.localPort });
    expect(socket.setNoDelay().setKeepAlive(true).ref().unref()).toBe(socket);
    expect(socket).toBeInstanceOf(net.Socket);
    const written = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
    socket.write(written);
    const head = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(String(head)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(socket.bytesWritten).toBe(written.length);
    expect(socket.bytesRead).toBeGreaterThanOrEqual(head.byteLength);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    expect(await closed).toBe(false);
    expect(socket.remoteAddress).toBeUndefined();
  });

  test('says "close" with an error when it was destroyed with one', async () => {
    transport.enable(recorder);
    const socket = net.connect({ port, host: '127.0.0.1' });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('error', () => {});
    socket.once('connect', () => socket.destroy(new Error('enough')));
    expect(await closed).toBe(true);
  });

  test('says "lookup" for a name', async () => {
    recorder = new MemoryRecorder(({ host }) => host === 'api.example.invalid');
    transport.enable(recorder);
    const socket = net.connect(443, 'api.example.invalid');
    const found = await new Promise<unknown[]>((resolve) =>
      socket.once('lookup', (...args) => resolve(args)),
    );
    expect(found).toEqual([null, '127.0.0.1', 4, 'api.example.invalid']);
    socket.destroy();
  });

  test('times out when idle, and not while bytes come', async () => {
    recorder.mode = 'replay';
    recorder.tape.push({
      key: `GET http://127.0.0.1:${port}/slow`,
      transport: 'socket',
      scope: undefined,
      sent: [],
      response: { status: 200, statusText: 'OK', headers: [['transfer-encoding', 'chunked']] },
      received: Array.from({ length: 6 }, () => Buffer.from('tick')),
      ending: { kind: 'end' },
    });
    recorder.pace = 40;
    transport.enable(recorder);
    const timeouts: number[] = [];
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      const call = get({ port, host: '127.0.0.1', path: '/slow', agent, timeout: 120 }, (answer) => {
        answer.resume().once('end', () => {
          expect(timeouts).toEqual([]);
          resolve();
        });
      });
      call.on('timeout', () => timeouts.push(1));
      call.once('error', reject);
    });
    agent.destroy();
    const idle = net.connect({ port, host: '127.0.0.1' });
    idle.setTimeout(30);
    await new Promise((resolve) => idle.once('timeout', resolve));
    idle.destroy();
  });

  test('can be connected again, to what is watched or not', async () => {
    transport.enable(recorder);
    const socket = net.connect({ port, host: '127.0.0.1' });
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
    transport.disable();
    socket.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(Object.getPrototypeOf(socket)).toBe(net.Socket.prototype);
    socket.end('GET /raw HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await collect(socket)).toContain('live /raw');
  });

  test('serves with fake timers in the way', async () => {
    await record('/faked');
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'setInterval'] });
    try {
      expect(await fetchText('/faked')).toBe('live /faked');
    } finally {
      vi.useRealTimers();
    }
  });
});

async function record(path: string): Promise<void> {
  transport.enable(recorder);
  await fetchText(path);
  recorder.rewind();
}

describe('TLS', () => {
  let secure: https.Server;
  let trust: { ca: string };

  beforeEach(async () => {
    const certificate = await selfSigned();
    trust = { ca: certificate.cert };
    secure = https.createServer(certificate, (call, answer) => {
      answer.end(`secure ${call.url} ${(call.socket as tls.TLSSocket).alpnProtocol}`);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    port = (secure.address() as AddressInfo).port;
    recorder = new MemoryRecorder((endpoint) => endpoint.port === port);
  });

  afterEach(() => {
    secure.close();
    secure.closeAllConnections();
  });

  async function speak(socket: tls.TLSSocket, path: string): Promise<string> {
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    return collect(socket);
  }

  test('a socket in memory looks like a TLSSocket', async () => {
    transport.enable(recorder);
    const socket = tls.connect({ port, host: '127.0.0.1', ...trust, ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket).toBeInstanceOf(tls.TLSSocket);
    expect(await speak(socket, '/look')).toContain('secure /look http/1.1');
    expect(socket).toMatchObject({ encrypted: true, authorized: true, alpnProtocol: 'http/1.1' });
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(socket.getPeerCertificate()).toEqual({});
    expect(socket.isSessionReused()).toBe(false);
    expect(recorder.tape[0]!.key).toBe(`GET https://127.0.0.1:${port}/look`);
  });

  test('a connect taken before Reel is served as well', async () => {
    transport.enable(recorder);
    expect(await speak(capturedTlsConnect({ port, host: '127.0.0.1', ...trust }), '/early')).toContain(
      'secure /early',
    );
    expect(recorder.tape[0]!.key).toBe(`GET https://127.0.0.1:${port}/early`);
    recorder.rewind();
    secure.close();
    expect(await speak(capturedTlsConnect({ port, host: '127.0.0.1', ...trust }), '/early')).toContain(
      'secure /early',
    );
  });

  test('a certificate the client does not trust fails as without Reel', async () => {
    const fail = (): Promise<unknown> =>
      new Promise((resolve) => {
        https.get({ port, host: '127.0.0.1', agent: false }).once('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code);
        });
      });
    const code = await fail();
    transport.enable(recorder);
    expect(await fail()).toBe(code);
  });

  test("goes through a tunnel that the client opened itself, as a proxy's", async () => {
    const seen: string[] = [];
    const proxy = net.createServer((client) => {
      client.once('data', (bytes) => {
        seen.push(String(bytes).split('\r\n')[0]!);
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        const onward = net.connect(port, '127.0.0.1');
        client.pipe(onward).pipe(client);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    recorder = new MemoryRecorder((endpoint) => endpoint.host === 'api.example.invalid');
    transport.enable(recorder);
    const tunnel = net.connect((proxy.address() as AddressInfo).port, '127.0.0.1');
    tunnel.write('CONNECT api.example.invalid:443 HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => tunnel.once('data', resolve));
    const socket = tls.connect({
      socket: tunnel,
      servername: 'api.example.invalid',
      checkServerIdentity: () => undefined,
      ...trust,
    });
    expect(await speak(socket, '/through')).toContain('secure /through');
    expect(recorder.tape[0]!.key).toBe('GET https://api.example.invalid/through');
    expect(seen).toEqual(['CONNECT api.example.invalid:443 HTTP/1.1']);
    proxy.close();
  });

  test('over a plain socket that is in memory already', async () => {
    transport.enable(recorder);
    const plain = net.connect(port, '127.0.0.1');
    const socket = tls.connect({ socket: plain, ...trust });
    expect(await speak(socket, '/over')).toContain('secure /over');
    expect(recorder.tape[0]!.key).toBe(`GET https://127.0.0.1:${port}/over`);
  });

  test('offering HTTP/2 alone is answered in it', async () => {
    const certificate = await selfSigned();
    const modern = http2.createSecureServer(certificate, (_call, answer) => {
      answer.end('two');
    });
    await new Promise<void>((resolve) => modern.listen(0, '127.0.0.1', resolve));
    const at = (modern.address() as AddressInfo).port;
    recorder = new MemoryRecorder((endpoint) => endpoint.port === at);
    transport.enable(recorder);
    const session = http2.connect(`https://127.0.0.1:${at}`, trust);
    expect(await collect(session.request({ ':path': '/' }))).toBe('two');
    expect(recorder.tape[0]!.transport).toBe('http2');
    session.destroy();
    modern.close();
  });
});

describe('connections from before', () => {
  test('of an http agent are served from the next request on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await fetchText('/before', { agent });
    expect(Object.keys(agent.freeSockets)).toHaveLength(1);
    transport.enable(recorder);
    expect(await fetchText('/after', { agent })).toBe('live /after');
    expect(recorder.tape.map(({ key }) => key)).toEqual([`GET http://127.0.0.1:${port}/after`]);
    recorder.rewind();
    server.close();
    expect(await fetchText('/after', { agent })).toBe('live /after');
    agent.destroy();
  });

  test('of an undici agent are served from the next request on', async () => {
    const dispatcher = new UndiciAgent({ connections: 1 });
    const send = async (path: string): Promise<string> =>
      (await undiciRequest(`http://127.0.0.1:${port}${path}`, { dispatcher })).body.text();
    await send('/before');
    transport.enable(recorder);
    expect(await send('/after')).toBe('live /after');
    expect(recorder.tape.map(({ key }) => key)).toEqual([`GET http://127.0.0.1:${port}/after`]);
    recorder.rewind();
    expect(await send('/after')).toBe('live /after');
    await dispatcher.close();
  });

  test('of an HTTP/2 session are refused: they cannot be taken over in the middle', async () => {
    const modern = http2.createServer((_call, answer) => {
      answer.end('two');
    });
    await new Promise<void>((resolve) => modern.listen(0, '127.0.0.1', resolve));
    const at = (modern.address() as AddressInfo).port;
    const session = http2.connect(`http://127.0.0.1:${at}`);
    expect(await collect(session.request({ ':path': '/' }))).toBe('two');
    recorder = new MemoryRecorder((endpoint) => endpoint.port === at);
    transport.enable(recorder);
    await expect(collect(session.request({ ':path': '/' }))).rejects.toMatchObject({
      code: 'REEL_NETWORK_BLOCKED',
    });
    session.destroy();
    modern.close();
  });

  test('and to afterwards: pools open new ones when Reel has gone', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    transport.enable(recorder);
    await fetchText('/during', { agent });
    transport.disable();
    expect(await fetchText('/afterwards', { agent })).toBe('live /afterwards');
    expect(recorder.tape).toHaveLength(1);
    agent.destroy();
  });
});

describe('requests that a faster layer claimed', () => {
  test('go out on real connections and are not looked at', async () => {
    transport.enable(recorder);
    const dispatcher = new UndiciAgent({ connections: 1 });
    const url = `http://127.0.0.1:${port}/claimed`;
    const answer = await runClaimed(() => undiciRequest(url, { dispatcher }));
    expect(await answer.body.text()).toBe('live /claimed');
    expect(recorder.tape).toEqual([]);
    // The pool gives the same connection to one that is not claimed.
    expect(await (await undiciRequest(`${url}-not`, { dispatcher })).body.text()).toBe('live /claimed-not');
    expect(recorder.tape.map(({ key }) => key)).toEqual([`GET ${url}-not`]);
    // And back: the connection is in memory now, and the claimed request still passes.
    const again = await runClaimed(() => undiciRequest(`${url}-again`, { dispatcher }));
    expect(await again.body.text()).toBe('live /claimed-again');
    expect(recorder.tape).toHaveLength(1);
    await dispatcher.close();
  });

  test('are refused in replay', async () => {
    transport.enable(recorder);
    recorder.mode = 'replay';
    const url = `http://127.0.0.1:${port}/claimed`;
    const dispatcher = new Client(`http://127.0.0.1:${port}`);
    const error = await runClaimed(() => undiciRequest(url, { dispatcher })).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    expect(error?.code).toBe('REEL_NETWORK_BLOCKED');
    expect(connections).toBe(0);
    await dispatcher.destroy();
  });
});

describe('what is not HTTP', () => {
  test('passes as it is while recording, and is refused in replay', async () => {
    const echo = net.createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const at = (echo.address() as AddressInfo).port;
    recorder = new MemoryRecorder((endpoint) => endpoint.port === at);
    transport.enable(recorder);
    const socket = net.connect(at, '127.0.0.1');
    socket.write('\u0000\u0001 not a word of HTTP');
    expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe(
      '\u0000\u0001 not a word of HTTP',
    );
    socket.destroy();
    recorder.mode = 'replay';
    const blocked = net.connect(at, '127.0.0.1');
    blocked.write('\u0000\u0001');
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => blocked.once('error', resolve));
    expect(error.code).toBe('REEL_NETWORK_BLOCKED');
    echo.close();
  });

  test('an upgrade passes while recording, and is refused in replay', async () => {
    server.on('upgrade', (_call: IncomingMessage, socket: net.Socket, head: Buffer) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
      socket.write(head);
      socket.pipe(socket);
    });
    transport.enable(recorder);
    const headers = { connection: 'upgrade', upgrade: 'websocket' };
    const call = request({ port, host: '127.0.0.1', path: '/ws', headers });
    call.end();
    const socket = await new Promise<net.Socket>((resolve) =>
      call.once('upgrade', (_answer, duplex) => resolve(duplex)),
    );
    socket.write('frame');
    expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('frame');
    socket.destroy();
    recorder.mode = 'replay';
    const refused = request({ port, host: '127.0.0.1', path: '/ws', headers });
    refused.end();
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => refused.once('error', resolve));
    expect(error.code).toBe('REEL_UNSUPPORTED_PROTOCOL');
  });
});

describe('the way upstream', () => {
  test('keeps the headers of the client as they were: order, spelling, repeats', async () => {
    const headers = [
      'Host',
      `127.0.0.1:${port}`,
      'X-Zebra',
      '1',
      'x-alpha',
      'a',
      'X-ALPHA',
      'b',
      'Connection',
      'close',
    ];
    const raw = async (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        get({ port, host: '127.0.0.1', headers, agent: false }, (answer) => {
          answer.resume();
          resolve(JSON.parse(String(answer.headers['x-seen'])));
        }).once('error', reject);
      });
    const live = await raw();
    transport.enable(recorder);
    expect(await raw()).toEqual(live);
  });

  test('adds no framing to a request that has none', async () => {
    transport.enable(recorder);
    const socket = net.connect(port, '127.0.0.1');
    socket.write('POST /bare HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await collect(socket)).toContain('["Host","x","Connection","close"]');
  });

  test('leads to a pinned gateway, which is told its own name', async () => {
    transport.enable(recorder);
    recorder = new MemoryRecorder(({ host }) => host === 'api.example.invalid');
    recorder.gateways.set('http://api.example.invalid', `http://127.0.0.1:${port}`);
    transport.disable();
    transport.enable(recorder);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get('http://api.example.invalid/v1?x=1', resolve).once('error', reject);
    });
    expect(answer.headers['x-seen']).toContain(`"Host","127.0.0.1:${port}"`);
    expect(await collect(answer)).toBe('live /v1?x=1');
    expect(recorder.tape[0]!.key).toBe('GET http://api.example.invalid/v1?x=1');
  });

  test('is the body that was asked about, when the handler wanted to see it first', async () => {
    server.removeAllListeners('request');
    server.on('request', async (call, answer) => answer.end(await collect(call)));
    recorder.mode = 'record-after-body';
    transport.enable(recorder);
    const call = request({ port, host: '127.0.0.1', method: 'POST', path: '/' });
    const answered = new Promise<IncomingMessage>((resolve) => call.once('response', resolve));
    call.write('one ');
    call.end('two');
    expect(await collect(await answered)).toBe('one two');
    expect(recorder.tape[0]!.sent.map(String)).toEqual(['one two']);
  });

  test('what the handler passes through is not on tape', async () => {
    recorder.mode = 'passthrough';
    transport.enable(recorder);
    expect(await fetchText('/through')).toBe('live /through');
    expect(recorder.tape).toEqual([]);
  });
});

test('a handler that throws fails the request, and nothing goes out', async () => {
  transport.enable(recorder);
  recorder.plan = () => {
    throw new Error('no plan');
  };
  await expect(fetchText('/')).rejects.toThrow('no plan');
  expect(connections).toBe(0);
});

test('nothing is left behind: a thousand connections come and go', async () => {
  await record('/one');
  const taped = recorder.tape[0]!;
  for (let index = 0; index < 1000; index++) recorder.tape.push({ ...taped });
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 1000; index++) await fetchText('/one', { agent: false });
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 << 20);
  expect(connections).toBe(1);
});

function descriptor(target: object, name: string): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(target, name)!;
}
