/*
 * Run by every supported Node, with nothing but that Node: what the socket transport takes from behind the documented surface
 * is there and does what it should. Prints one line for each finding; an assertion ends the process with an error.
 */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { createSocketTransport } from '../../../src/interception/socket.ts';
import { MemoryRecorder } from '../memory-recorder.ts';

const earlyTlsConnect = tls.connect;
const { PROBE_KEY: key = '', PROBE_CERT: cert = '' } = process.env;
const scopes = new AsyncLocalStorage<{ name: string }>();

const plain = http.createServer((call, answer) => answer.end(`plain ${call.url}`));
const modern = http2.createServer((call, answer) => {
  answer.end(`modern ${call.url}`);
});
const secure = tls.createServer({ key, cert }, (socket) => {
  socket.once('data', (bytes) => {
    const path = String(bytes).split(' ')[1];
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nsecure ${path}`);
  });
});
const ports = await Promise.all(
  [plain, modern, secure].map(
    (server) =>
      new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
  ),
);
const [plainPort, modernPort, securePort] = ports as [number, number, number];

const recorder = new MemoryRecorder(({ port }) => ports.includes(port));
recorder.currentScope = () => scopes.getStore();
const transport = createSocketTransport();

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const get = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    http
      .get({ port: plainPort, host: '127.0.0.1', path, agent }, (answer) =>
        text(answer).then(resolve, reject),
      )
      .once('error', reject);
  });

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  let result = '';
  for await (const piece of stream) result += String(piece);
  return result;
}

async function early(path: string): Promise<string> {
  const socket = earlyTlsConnect({ port: securePort, host: '127.0.0.1', ca: cert });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return (await text(socket)).split('\r\n\r\n')[1]!;
}

async function overHttp2(path: string): Promise<string> {
  const session = http2.connect(`http://127.0.0.1:${modernPort}`);
  try {
    return await text(session.request({ ':path': path }));
  } finally {
    // In the same turn as the last frame: what Node's wrapper around sockets in memory does not take by itself.
    session.destroy();
  }
}

// A connection from before Reel: its handle is taken off, and the socket object lives on.
await get('/before');
transport.enable(recorder);
assert.equal(await scopes.run({ name: 'warm' }, () => get('/warm')), 'plain /warm');
assert.equal(await early('/early'), 'secure /early');
assert.equal(await scopes.run({ name: 'two' }, () => overHttp2('/two')), 'modern /two');
assert.deepEqual(
  recorder.tape.map(({ key, scope }) => [
    new URL(key.slice(4)).pathname,
    (scope as { name: string } | undefined)?.name,
  ]),
  [
    ['/warm', 'warm'],
    ['/early', undefined],
    ['/two', 'two'],
  ],
);
console.log('records a warm socket, an early tls.connect and an HTTP/2 session, each in its scope');

await Promise.all(
  [plain, modern, secure].map(
    (server) =>
      new Promise((resolve) => {
        server.close(resolve);
        agent.destroy();
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  ),
);
recorder.rewind();
assert.equal(await get('/warm'), 'plain /warm');
assert.equal(await early('/early'), 'secure /early');
assert.equal(await overHttp2('/two'), 'modern /two');
console.log('replays them with the servers gone');

const stray = http2.connect(`http://127.0.0.1:${modernPort}`);
stray.on('error', () => {});
const request = stray.request({ ':path': '/never' });
request.on('error', () => {});
setTimeout(() => request.close(http2.constants.NGHTTP2_CANCEL), 20);
await new Promise((resolve) => request.once('close', resolve));
stray.destroy();
await new Promise((resolve) => setTimeout(resolve, 50));
console.log('survives an HTTP/2 session that is destroyed with a frame under way');

const idle = net.connect(plainPort, '127.0.0.1');
let fired = 0;
idle.setTimeout(60, () => fired++);
await new Promise((resolve) => idle.once('connect', resolve));
const active = setInterval(() => idle.write('\r\n'), 20);
idle.on('error', () => {});
await new Promise((resolve) => setTimeout(resolve, 150));
assert.equal(fired, 0);
clearInterval(active);
await new Promise((resolve) => idle.once('timeout', resolve));
const closed = new Promise((resolve) => idle.once('close', resolve));
idle.destroy();
await closed;
console.log('restarts the idle timer with every byte');

transport.disable();
const again = idle.connect(plainPort, '127.0.0.1');
const refused = await new Promise<NodeJS.ErrnoException>((resolve) => again.once('error', resolve));
assert.equal(refused.code, 'ECONNREFUSED');
console.log('gives a socket back to connect for itself');
