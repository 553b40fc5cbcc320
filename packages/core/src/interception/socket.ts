import net from 'node:net';
import type * as tls from 'node:tls';
import { ReelError } from '../errors.ts';
import { isClaimed } from './claim.ts';
import { connectArguments, tlsConnectArguments, type ConnectOptions } from './connect-arguments.ts';
import { serveExchange } from './exchange.ts';
import { readGreeting } from './greeting.ts';
import { createHttp1Server } from './http1-server.ts';
import { createHttp2Server } from './http2-server.ts';
import { detachHandle, isForHttp, revive, tameSessionWrites } from './node-internals.ts';
import { nextTick } from './next-turn.ts';
import { patchMethod } from './patches.ts';
import type { Peer } from './peer.ts';
import { connectPossessed, peerOf, possess } from './possess.ts';
import { isUntouched, type OriginalConnects } from './real-network.ts';
import { carryScopes } from './scope-carry.ts';
import { ServedConnection } from './served-connection.ts';
import type { TlsLook } from './tls-look.ts';
import type { Endpoint, ExchangeHandler, Transport } from './transport.ts';
import { takeOver } from './takeover.ts';
import { tunnel } from './tunnel.ts';

/**
 * The complete layer: connections to watched endpoints are answered in process, so that every client keeps its own code
 * down to the socket. Any import of any client, whenever it was taken, ends at `net.Socket.prototype.connect`.
 */
export function createSocketTransport(): Transport {
  let handler: ExchangeHandler | undefined;
  let undo: (() => void)[] = [];
  let undoTaming: (() => void) | undefined;
  const connections = new Map<Peer, ServedConnection>();
  /** Real connections to watched endpoints, opened for what a faster layer decided. */
  const claimed = new WeakMap<net.Socket, { endpoint: Endpoint; options: ConnectOptions }>();

  const serveHttp1 = once(() =>
    createHttp1Server({
      onRequest(peer, client) {
        const connection = connections.get(peer);
        if (connection !== undefined) void serveExchange(connection, client, connection.takeTicket());
      },
      onTakeover(peer, request, rest) {
        const connection = connections.get(peer);
        if (connection !== undefined) takeOver(connection, request, rest);
      },
    }),
  );
  const serveHttp2 = once(() =>
    createHttp2Server({
      onSession(session) {
        undoTaming ??= tameSessionWrites(session);
      },
      onRequest(peer, client) {
        const connection = connections.get(peer);
        if (connection !== undefined)
          void serveExchange(connection, client, connection.takeStreamTicket(client.id));
      },
    }),
  );

  function greet(peer: Peer, first: Buffer): boolean {
    const connection = connections.get(peer);
    if (connection === undefined) return true;
    const greeting = readGreeting(first);
    if (greeting === undefined) return false;
    if (greeting === 'http1') serveHttp1()(peer);
    else if (greeting === 'http2') {
      connection.isMultiplexed = true;
      serveHttp2()(peer);
    } else {
      const refusal = handler?.refusesConnection(peer.endpoint);
      if (refusal !== undefined) peer.fail(refusal);
      else tunnel(connection);
    }
    return true;
  }

  function serve(
    socket: net.Socket,
    endpoint: Endpoint,
    options: ConnectOptions,
    originals: OriginalConnects,
  ): ServedConnection {
    const look = endpoint.tls ? lookFor(endpoint, options) : undefined;
    const peer = possess(socket, { endpoint, greet, ...(look && { tls: look }) });
    const connection = new ServedConnection(peer, options, originals, () => handler);
    connection.isMultiplexed = look?.alpnProtocol === 'h2';
    connections.set(peer, connection);
    peer.once('close', () => connections.delete(peer));
    return connection;
  }

  function connectionOf(socket: object): ServedConnection | undefined {
    const peer = peerOf(socket);
    return peer && connections.get(peer);
  }

  function enable(next: ExchangeHandler): void {
    handler = next;
    if (undo.length > 0) return;
    const secure = process.getBuiltinModule('node:tls');
    let originals: OriginalConnects;

    const unpatchConnect = patchMethod(net.Socket.prototype, 'connect', (connect) => {
      originals = { connect, tlsConnect: secure.connect };
      return function patchedConnect(this: net.Socket, ...args: unknown[]) {
        const goOn = (): net.Socket => Reflect.apply(connect, this, args) as net.Socket;
        if (handler === undefined || isUntouched()) return goOn();
        const { options, callback } = connectArguments(args);
        const isTls = (this as { encrypted?: boolean }).encrypted === true;
        const endpoint = endpointOfOptions(options, isTls);
        if (endpoint !== undefined && isForHttp(options)) handler.speaksHttp?.(endpoint);
        if (endpoint === undefined || !handler.watches(endpoint)) return goOn();
        if (isClaimed()) {
          const refusal = handler.refusesConnection(endpoint);
          if (refusal !== undefined) return failSoon(this, refusal);
          claimed.set(this, { endpoint, options });
          return goOn();
        }
        // A TLSSocket comes here when its `tls.connect` was taken before it was patched. It has a handle already.
        if (isTls && !detachHandle(this)) return failSoon(this, unsupported(endpoint));
        revive(this);
        if (callback !== undefined) this.once('connect', callback);
        connectPossessed(this, serve(this, endpoint, options, originals).peer);
        return this;
      } as typeof connect;
    });

    const unpatchTls = patchMethod(secure, 'connect', (tlsConnect) => {
      originals = { connect: originals.connect, tlsConnect };
      return function patchedTlsConnect(...args: unknown[]) {
        const goOn = (): tls.TLSSocket => (tlsConnect as (...rest: unknown[]) => tls.TLSSocket)(...args);
        if (handler === undefined || isUntouched()) return goOn();
        const { options, callback } = tlsConnectArguments(args);
        const under = options['socket'] as net.Socket | undefined | null;
        const inner = under && peerOf(under);
        const endpoint = inner ? { ...inner.endpoint, tls: true } : endpointOfOptions(options, true);
        if (endpoint !== undefined && (isForHttp(options) || offersHttp(options['ALPNProtocols']))) {
          handler.speaksHttp?.(endpoint);
        }
        if (endpoint === undefined || !handler.watches(endpoint)) return goOn();
        const isReal = isClaimed();
        const refusal = isReal ? handler.refusesConnection(endpoint) : undefined;
        // The same call comes to `connect` when it makes a socket of its own; over a given one it never does.
        if (isReal && refusal === undefined) return goOn();
        const socket = new net.Socket(socketOptions(options));
        Object.setPrototypeOf(socket, secure.TLSSocket.prototype);
        if (refusal !== undefined) return failSoon(socket, refusal) as tls.TLSSocket;
        const { socket: _inner, ...direct } = options;
        const { peer } = serve(socket, endpoint, inner ? direct : options, originals);
        if (under) socket.once('close', () => under.destroy());
        if (callback !== undefined) socket.once('secureConnect', callback);
        if (typeof options['timeout'] === 'number') socket.setTimeout(options['timeout']);
        connectPossessed(socket, peer);
        return socket as tls.TLSSocket;
      } as typeof tlsConnect;
    });

    const stopCarrying = carryScopes({
      captureScope: () => handler?.captureScope(),
      speaksHttp: (endpoint) => handler?.speaksHttp?.(endpoint),
      connectionOf,
      adopt(socket, asked) {
        if (handler === undefined || socket.destroyed) return undefined;
        const known = claimed.get(socket);
        const { remotePort } = socket;
        // Neither ours nor TCP: a Unix socket, a pipe, a stream of the application's own.
        if (known === undefined && remotePort === undefined) return undefined;
        const endpoint = known?.endpoint ?? { ...asked, port: remotePort! };
        if (handler.watches(endpoint) && (socket as { alpnProtocol?: unknown }).alpnProtocol !== 'h2') {
          if (!detachHandle(socket)) {
            socket.destroy(unsupported(endpoint));
            return undefined;
          }
          const wasConnecting = socket.connecting;
          const connection = serve(socket, endpoint, known?.options ?? {}, originals);
          if (wasConnecting) connectPossessed(socket, connection.peer);
          else connection.peer.open();
          return connection;
        }
        // Through a proxy's tunnel that was there before Reel.
        const refusal = handler.watches(asked) ? handler.refusesConnection(asked) : undefined;
        if (refusal !== undefined) socket.destroy(refusal);
        return undefined;
      },
      refuse(stream, asked) {
        if (handler === undefined || !handler.watches(asked)) return;
        stream.destroy(handler.refusesConnection(asked) ?? tooEarly(asked));
      },
    });

    undo = [stopCarrying, unpatchTls, unpatchConnect];
  }

  return {
    name: 'socket',
    isShared: true,
    enable,
    disable() {
      handler = undefined;
      for (const step of undo.splice(0)) step();
      undoTaming?.();
      undoTaming = undefined;
      // Pools must not keep a connection to a server that records no more.
      for (const connection of connections.values()) connection.retire();
    },
  };
}

/** `undefined` for what is not TCP, and for arguments that Node is going to complain about itself. */
function endpointOfOptions(options: ConnectOptions, isTls: boolean): Endpoint | undefined {
  if (options.path !== undefined && options.path !== null && options.path !== '') return undefined;
  const isTunnelled = isTls && options['socket'] !== undefined && options['socket'] !== null;
  const servername = typeof options['servername'] === 'string' ? options['servername'] : undefined;
  const host = options.host ?? (isTunnelled ? servername : 'localhost');
  const port = Number(options.port ?? (isTunnelled ? 443 : Number.NaN));
  if (typeof host !== 'string' || host === '' || !Number.isInteger(port) || port < 1 || port > 65_535)
    return undefined;
  return { host: host.toLowerCase(), port, tls: isTls };
}

/** Whether a client says by ALPN (RFC 7301) that it is going to speak HTTP. */
function offersHttp(protocols: unknown): boolean {
  const offered = Array.isArray(protocols) ? protocols.map(String) : [];
  return offered.includes('h2') || offered.includes('http/1.1');
}

function lookFor({ host }: Endpoint, { servername, ALPNProtocols }: ConnectOptions): TlsLook {
  return {
    servername:
      typeof servername === 'string' && servername !== '' ? servername : net.isIP(host) === 0 ? host : false,
    alpnProtocol: agreedProtocol(ALPNProtocols),
  };
}

/** Of what the client offers, HTTP/1.1 if it is there: what is on tape does not depend on the version, and it is cheaper. */
function agreedProtocol(offered: unknown): string | false {
  const names = Array.isArray(offered)
    ? offered.map(String)
    : ArrayBuffer.isView(offered)
      ? unpackProtocols(offered)
      : [];
  if (names.includes('http/1.1')) return 'http/1.1';
  return names[0] ?? false;
}

/** The wire form of a protocol list, each name behind its length: RFC 7301, section 3.1. */
function unpackProtocols({ buffer, byteOffset, byteLength }: ArrayBufferView): string[] {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const names: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += 1 + bytes[at]!) {
    names.push(bytes.toString('latin1', at + 1, at + 1 + bytes[at]!));
  }
  return names;
}

function socketOptions({ allowHalfOpen, highWaterMark, signal }: ConnectOptions): net.SocketConstructorOpts {
  return {
    ...(allowHalfOpen === true && { allowHalfOpen }),
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(signal !== undefined && { signal }),
  } as net.SocketConstructorOpts;
}

function failSoon(socket: net.Socket, error: Error): net.Socket {
  nextTick(() => socket.destroy(error));
  return socket;
}

function unsupported({ host, port }: Endpoint): ReelError {
  return new ReelError('REEL_UNSUPPORTED_PROTOCOL', {
    what: 'this connection cannot be served in process on this version of Node',
    where: `${host}:${port}`,
    fix: 'start Reel before the client is loaded, for example with --import @reel/core/register',
  });
}

function tooEarly({ host, port }: Endpoint): ReelError {
  return new ReelError('REEL_NETWORK_BLOCKED', {
    what: 'an HTTP/2 session that was opened before Reel started would go unrecorded',
    where: `${host}:${port}`,
    fix: 'open the session after Reel has started, or start Reel with --import @reel/core/register',
  });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
