import type { Duplex } from 'node:stream';
import { breakGrace, cutGrace } from '../../model/reply.ts';
import { toRawHeaders, withoutHeaders, type HeaderList } from '../../model/headers.ts';
import { endpointOf } from '../../model/endpoint.ts';
import type { ServedConnection } from '../served-connection.ts';
import { connectReal } from '../real-network.ts';
import type { Endpoint, ExchangeHead, Reply, SessionDecision } from '../transport.ts';
import { playSession, type Upgrade } from './client-end.ts';
import { recordSession, type SessionUpstream } from './record-session.ts';

/** A handshake that a connection in memory has brought. */
export interface Handshake {
  readonly request: ExchangeHead;
  /** Path and query as the client spelled them. */
  readonly target: string;
  readonly rest: Uint8Array;
  readonly key: string;
}

/** Carries out what was decided about a WebSocket handshake on a connection in memory. */
export function serveSession(
  connection: ServedConnection,
  handshake: Handshake,
  decision: SessionDecision,
): void {
  const { peer } = connection;
  const { request, target, rest, key } = handshake;
  const upgrade: Upgrade = { stream: peer, rest, key, fail: (error) => peer.fail(error) };
  void carryOutSession(upgrade, decision, {
    url: request.url,
    target,
    headers: request.headers,
    connect: (to, isRedirected) =>
      connectReal(connection.originals, to, isRedirected ? {} : connection.options),
  });
}

/** What a client asked for with its handshake. */
export interface AskedSession {
  /** Absolute URL with `http:` or `https:`. */
  readonly url: string;
  /** Path and query as the client spelled them. */
  readonly target: string;
  readonly headers: HeaderList;
  /** Opens a real connection. `isRedirected`: to somewhere else than the client asked for. */
  connect(endpoint: Endpoint, isRedirected: boolean): Duplex;
}

/** Carries out what was decided about a WebSocket handshake. Resolves when the connection is over. */
export async function carryOutSession(
  upgrade: Upgrade,
  decision: SessionDecision,
  asked: AskedSession,
): Promise<void> {
  switch (decision.kind) {
    case 'play':
      return playSession(upgrade, decision.player);
    case 'fail':
      upgrade.fail(decision.error);
      return undefined;
    case 'reply':
      return playRefusal(upgrade, decision.reply);
    case 'upstream': {
      const { upstream } = decision;
      const from = new URL(asked.url);
      const to = new URL(upstream.url);
      const destination: SessionUpstream = {
        endpoint: endpointOf(to),
        // Unchanged, the target goes out as the client spelled it; `URL` would tidy it up.
        target: to.href === from.href ? asked.target : to.pathname + to.search,
        headers: upstream.headers ?? asked.headers,
        connect: (endpoint) => asked.connect(endpoint, to.origin !== from.origin),
      };
      return recordSession(upgrade, destination, upstream.tap);
    }
  }
}

/** Answers a handshake as the server did that refused it. */
export async function playRefusal({ stream, fail }: Upgrade, reply: Reply): Promise<void> {
  const { response, ending } = reply;
  stream.on('error', () => {});
  if (response === undefined) {
    const left = new AbortController();
    stream.once('close', () => {
      reply.abandoned();
      left.abort();
    });
    // A client that left when it was recorded gets the time to do so again.
    const isLeft = ending.kind === 'aborted' && ending.by === 'client';
    await reply.wait(isLeft ? cutGrace : breakGrace, left.signal).catch(() => {});
    if (!left.signal.aborted) fail(reply.error());
    return;
  }
  const body = Buffer.concat(reply.chunks);
  const framed = withoutHeaders(response.headers, framing);
  const headers: HeaderList = [
    ...framed,
    ['content-length', String(body.byteLength)],
    ['connection', 'close'],
  ];
  const raw = toRawHeaders(headers);
  let head = `HTTP/1.1 ${response.status} ${response.statusText}\r\n`;
  for (let i = 0; i < raw.length; i += 2) head += `${raw[i]}: ${raw[i + 1]}\r\n`;
  stream.end(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body]));
}

const framing = new Set(['transfer-encoding', 'content-length', 'content-encoding', 'connection']);
