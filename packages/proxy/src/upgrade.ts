import type { IncomingMessage } from 'node:http';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { isReelError, ReelError } from '@reel/core';
import {
  carryOutSession,
  connectReal,
  deafToSessions,
  findProvider,
  fromRawHeaders,
  handshakeKey,
  type SessionDecision,
  type TestScope,
} from '@reel/core/engine';
import type { ProxyEngine } from './engine.ts';
import { targetOf } from './exchange.ts';
import type { ProxiedRequest } from './options.ts';
import { refuseOnSocket } from './refuse.ts';

/** A connection whose client asks to speak something else than HTTP. */
export interface Upgrading {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that came with the request already. */
  readonly head: Buffer;
}

/** Who decides about a handshake; without it, it passes to the server unheard. */
type Scope = Pick<TestScope, 'planSession'> | undefined;

/**
 * Records or replays a WebSocket. Every other protocol is refused, in words. Never rejects; resolves when the connection is over.
 * @param found with the headers for the provider, without those of one connection
 */
export async function serveUpgrade(
  engine: ProxyEngine,
  { request, socket, head }: Upgrading,
  found: ProxiedRequest,
  scopeOf: () => Scope | Promise<Scope>,
): Promise<void> {
  // Until somebody else listens; a client may leave at any moment.
  socket.on('error', () => socket.destroy());
  const key = handshakeKey(fromRawHeaders(request.rawHeaders));
  if (key === undefined || request.method !== 'GET') {
    refuse(engine, socket, 501, unsupported(request, found.url), found.url);
    return;
  }
  let decision: SessionDecision;
  try {
    // What follows belongs to no connection the proxy has read before: these two are the client's own.
    const headers: ProxiedRequest['headers'] = [
      ...found.headers,
      ['connection', 'Upgrade'],
      ['upgrade', 'websocket'],
    ];
    const plan = (await scopeOf())?.planSession({
      method: 'GET',
      url: found.url,
      headers,
      transport: 'websocket',
    });
    if (socket.destroyed) return;
    const passing = { kind: 'upstream' as const, upstream: { url: found.url, tap: deafToSessions } };
    decision = plan?.kind === 'session' ? plan.open() : passing;
    const fail = (error: Error): void => {
      if (isReelError(error)) engine.errors.add(error);
      reset(socket as Socket);
    };
    await carryOutSession(
      { stream: socket, rest: head, key, fail },
      tellingFailures(decision, found, engine),
      {
        url: found.url,
        target: targetOf(found.url),
        headers,
        connect: (endpoint) => connectReal(originals, endpoint),
      },
    );
  } catch (error) {
    refuse(engine, socket, 400, error, found.url);
  }
}

const originals = { connect: net.Socket.prototype.connect, tlsConnect: tls.connect };

function unsupported(request: IncomingMessage, url: string): ReelError {
  const protocol = request.headers.upgrade ?? 'another protocol';
  return new ReelError('REEL_UNSUPPORTED_PROTOCOL', {
    what: `a connection that turns into ${protocol} cannot be recorded or replayed`,
    where: url.replace(/\?.*/s, ''),
    fix: 'let the client use plain HTTP or a WebSocket (version 13, RFC 6455)',
  });
}

function refuse(engine: ProxyEngine, socket: Duplex, status: number, thrown: unknown, url: string): void {
  const error = engine.errors.addThrown(thrown, 'the proxy failed to carry out a WebSocket handshake');
  refuseOnSocket(socket, { status, error, provider: findProvider(url) });
}

/** Hears what a recording hears, and says when it was the other side that failed. */
function tellingFailures(
  decision: SessionDecision,
  { url }: ProxiedRequest,
  engine: ProxyEngine,
): SessionDecision {
  if (decision.kind !== 'upstream') return decision;
  const { tap } = decision.upstream;
  return {
    kind: 'upstream',
    upstream: {
      ...decision.upstream,
      tap: {
        accepted: (headers) => tap.accepted(headers),
        refused: (...refusal) => tap.refused(...refusal),
        message: (from, bytes, isBinary) => tap.message(from, bytes, isBinary),
        unreadable: (from, why) => tap.unreadable(from, why),
        ended(end) {
          tap.ended(end);
          if (end.kind === 'cut' && end.by === 'server')
            engine.warn(`GET ${url} failed upstream: ${end.code ?? 'the connection broke'}`);
        },
      },
    },
  };
}

/** As a network that fails. A TLS connection has no reset of its own. */
function reset(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}
