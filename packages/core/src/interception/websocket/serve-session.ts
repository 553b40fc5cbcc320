import { breakGrace } from '../../model/reply.ts';
import { toRawHeaders, withoutHeaders, type HeaderList } from '../../model/headers.ts';
import { joinBytes } from '../../model/chunk.ts';
import { endpointOf } from '../../model/endpoint.ts';
import type { ServedConnection } from '../served-connection.ts';
import { connectReal } from '../real-network.ts';
import type { Endpoint, ExchangeHead, Reply, SessionDecision } from '../transport.ts';
import { playSession, type Upgrade } from './client-end.ts';
import { recordSession } from './record-session.ts';

/** A handshake that a connection in memory has brought. */
export interface Handshake {
  readonly request: ExchangeHead;
  /** Path and query as the client spelled them. */
  readonly target: string;
  readonly rest: Uint8Array;
  readonly key: string;
}

/** Carries out what was decided about a WebSocket handshake. */
export function serveSession(
  connection: ServedConnection,
  handshake: Handshake,
  decision: SessionDecision,
): void {
  const { peer } = connection;
  const { request, rest, key } = handshake;
  const upgrade: Upgrade = {
    stream: peer,
    rest,
    headers: request.headers,
    key,
    fail: (error) => peer.fail(error),
  };
  switch (decision.kind) {
    case 'play':
      void playSession(upgrade, decision.player);
      return;
    case 'fail':
      peer.fail(decision.error);
      return;
    case 'reply':
      void playRefusal(upgrade, decision.reply);
      return;
    case 'upstream': {
      const { upstream } = decision;
      const asked = new URL(request.url);
      const chosen = new URL(upstream.url);
      const isRedirected = chosen.origin !== asked.origin;
      const endpoint = endpointOf(chosen);
      void recordSession(
        upgrade,
        {
          endpoint,
          // Unchanged, the target goes out as the client spelled it; `URL` would tidy it up.
          target: upstream.url === request.url ? handshake.target : chosen.pathname + chosen.search,
          headers: upstream.headers ?? request.headers,
          connect: (to: Endpoint) =>
            connectReal(connection.originals, to, isRedirected ? {} : connection.options),
        },
        upstream.tap,
      );
    }
  }
}

/** Answers a handshake as the server did that refused it. */
export async function playRefusal({ stream, fail }: Upgrade, reply: Reply): Promise<void> {
  const { response } = reply;
  if (response === undefined) {
    await reply.wait(breakGrace);
    fail(reply.error());
    return;
  }
  const body = joinBytes(reply.chunks);
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
