import net from 'node:net';
import type { Endpoint } from '../model/endpoint.ts';
import { nextTick, nextTurn } from './next-turn.ts';
import { refreshIdleTimer } from './node-internals.ts';
import { Peer } from './peer.ts';
import { putTlsLook, tlsMethods, type TlsLook } from './tls-look.ts';

type Done = (error?: Error | null) => void;

const peers = new WeakMap<object, Peer>();

export interface Possession {
  readonly endpoint: Endpoint;
  /** Looks at the first bytes the client sends; see {@link Peer}. */
  readonly greet: (peer: Peer, first: Buffer) => boolean;
  /** Given, the socket looks like one that speaks TLS. */
  readonly tls?: TlsLook;
}

/**
 * Takes over a socket: from now on it is one end of a connection in memory, and has no file descriptor. The client keeps
 * the very object it holds; only what Node documents for implementers of streams is replaced, on a prototype put in
 * front of the socket's own.
 */
export function possess(socket: net.Socket, { endpoint, greet, tls }: Possession): Peer {
  const peer = new Peer(socket, endpoint, greet);
  peers.set(socket, peer);
  Object.setPrototypeOf(socket, possessedPrototype(originalPrototype(socket), tls !== undefined));
  if (tls !== undefined) putTlsLook(socket, tls);
  return peer;
}

/** The other end of a possessed socket; `undefined` for every other socket. */
export function peerOf(socket: object): Peer | undefined {
  return peers.get(socket);
}

/** Gives a socket back its own prototype. */
function release(socket: net.Socket): void {
  if (!peers.delete(socket)) return;
  Object.setPrototypeOf(socket, originalPrototype(socket));
}

/** Connects a possessed socket, with the events and the order of a real one, in a turn of its own. */
export function connectPossessed(socket: net.Socket, peer: Peer): void {
  const { host } = peer.endpoint;
  const isTls = (socket as { encrypted?: boolean }).encrypted === true;
  (socket as { connecting: boolean }).connecting = true;
  refreshIdleTimer(socket);
  nextTurn(() => {
    if (socket.destroyed || peers.get(socket) !== peer) return;
    if (net.isIP(host) === 0) socket.emit('lookup', null, loopback.address, 4, host);
    if (socket.destroyed) return;
    (socket as { connecting: boolean }).connecting = false;
    peer.open();
    socket.emit('connect');
    socket.emit('ready');
    if (isTls && !socket.destroyed) {
      (socket as { secureConnecting?: boolean }).secureConnecting = false;
      socket.emit('secureConnect');
    }
    if (!socket.destroyed) socket.read(0);
  });
}

const loopback = { address: '127.0.0.1', family: 'IPv4' } as const;

const originals = new WeakMap<object, object>();
const plain = new WeakMap<object, object>();
const secure = new WeakMap<object, object>();

function originalPrototype(socket: net.Socket): object {
  const prototype = Object.getPrototypeOf(socket) as object;
  return originals.get(prototype) ?? prototype;
}

function possessedPrototype(original: object, isTls: boolean): object {
  const cache = isTls ? secure : plain;
  let prototype = cache.get(original);
  if (prototype === undefined) {
    prototype = Object.create(original, {
      ...streamEnd,
      ...socketSurface,
      ...(isTls && methods(tlsMethods)),
    }) as object;
    cache.set(original, prototype);
    originals.set(prototype, original);
  }
  return prototype;
}

function peerUnder(socket: net.Socket): Peer {
  return peers.get(socket)!;
}

/** What a Duplex stream is made of: https://nodejs.org/api/stream.html#api-for-stream-implementers */
const streamEnd = methods({
  _read() {
    peerUnder(this).clientReads();
  },
  _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done) {
    refreshIdleTimer(this);
    peerUnder(this).clientWrites(toBytes(chunk, encoding), done);
  },
  _writev(chunks: { chunk: Buffer | string; encoding: BufferEncoding }[], done: Done) {
    refreshIdleTimer(this);
    peerUnder(this).clientWrites(
      Buffer.concat(chunks.map(({ chunk, encoding }) => toBytes(chunk, encoding))),
      done,
    );
  },
  _final(done: Done) {
    peerUnder(this).clientEnds(done);
  },
  _destroy(error: Error | null, done: Done) {
    (this as { connecting: boolean }).connecting = false;
    peerUnder(this).clientLeaves();
    done(error);
    nextTick(() => this.emit('close', error !== null && error !== undefined));
  },
  // `_destroy` comes too late to stop the idle timer in public ways.
  destroy(error?: Error) {
    if (!this.destroyed) this.setTimeout(0);
    return net.Socket.prototype.destroy.call(this, error);
  },
});

/** The rest of what net.Socket asks its handle for. */
const socketSurface: PropertyDescriptorMap = {
  ...methods({
    // A socket that is connected again starts as itself, whether or not the patch is still there.
    connect(...args: never[]) {
      release(this);
      return Reflect.apply(this.connect, this, args) as unknown;
    },
    setNoDelay() {
      return this;
    },
    setKeepAlive() {
      return this;
    },
    ref() {
      peerUnder(this).hold.ref();
      return this;
    },
    unref() {
      peerUnder(this).hold.unref();
      return this;
    },
    resetAndDestroy() {
      return this.destroy();
    },
    address() {
      return { ...loopback, port: localPort(this) };
    },
  }),
  ...getters({
    pending: (socket) => socket.connecting,
    bytesRead: (socket) => peerUnder(socket).received,
    bytesWritten: (socket) => peerUnder(socket).sent + socket.writableLength,
    remoteAddress: (socket) => standing(socket, loopback.address),
    remoteFamily: (socket) => standing(socket, loopback.family),
    remotePort: (socket) => standing(socket, peerUnder(socket).endpoint.port),
    localAddress: (socket) => standing(socket, loopback.address),
    localFamily: (socket) => standing(socket, loopback.family),
    localPort: (socket) => standing(socket, localPort(socket)),
  }),
};

function standing<T>(socket: net.Socket, value: T): T | undefined {
  return socket.connecting || socket.destroyed ? undefined : value;
}

const ports = new WeakMap<Peer, number>();
let lastPort = 49_151;

/** A number of the ephemeral range (RFC 6335) that tells connections apart in a log. */
function localPort(socket: net.Socket): number {
  const peer = peerUnder(socket);
  let port = ports.get(peer);
  if (port === undefined) {
    lastPort = lastPort >= 65_535 ? 49_152 : lastPort + 1;
    ports.set(peer, (port = lastPort));
  }
  return port;
}

function toBytes(chunk: Buffer | string, encoding: BufferEncoding): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk);
}

function methods(
  table: Record<string, (this: net.Socket, ...args: never[]) => unknown>,
): PropertyDescriptorMap {
  return Object.fromEntries(
    Object.entries(table).map(([name, value]) => [name, { value, writable: true, configurable: true }]),
  );
}

function getters(table: Record<string, (socket: net.Socket) => unknown>): PropertyDescriptorMap {
  return Object.fromEntries(
    Object.entries(table).map(([name, read]) => [
      name,
      {
        get(this: net.Socket) {
          return read(this);
        },
        configurable: true,
      },
    ]),
  );
}
