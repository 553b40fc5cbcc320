import type { IncomingMessage } from 'node:http';
import { ReelError } from '../errors.ts';
import { fromRawHeaders } from '../model/headers.ts';
import { absoluteUrl } from './exchange.ts';
import { requestHead } from './http1-server.ts';
import type { ServedConnection } from './served-connection.ts';
import type { ExchangeHead } from './transport.ts';
import { tunnel } from './tunnel.ts';
import { handshakeKey } from './websocket/accept.ts';
import { serveSession } from './websocket/serve-session.ts';

/**
 * A request after which the connection speaks something else. A WebSocket is played or recorded; everything else (a CONNECT,
 * another upgrade) passes through to the real endpoint where that is allowed, and is refused in replay.
 * @param rest bytes that came with the request already
 */
export function takeOver(connection: ServedConnection, request: IncomingMessage, rest: Buffer): void {
  const { endpoint, peer } = connection;
  const handler = connection.handler();
  const { scope } = connection.takeTicket();
  // From here on the connection is never idle: it closes when one of its ends does.
  connection.exchangeStarts();
  const headers = fromRawHeaders(request.rawHeaders);
  const key = handshakeKey(headers);
  const head: ExchangeHead = {
    method: request.method!,
    url: absoluteUrl(request.url!, endpoint),
    headers,
    transport: key === undefined ? 'socket' : 'websocket',
  };
  if (key !== undefined && handler?.planSession !== undefined) {
    const plan = handler.planSession(head, scope);
    if (plan.kind === 'session') {
      serveSession(connection, { request: head, target: request.url!, rest, key }, plan.open());
      return;
    }
    passOn();
    return;
  }
  const isAllowed =
    handler === undefined ||
    handler.plan(head, scope).kind === 'passthrough' ||
    handler.refusesConnection(endpoint) === undefined;
  if (isAllowed) {
    passOn();
    return;
  }
  peer.fail(
    new ReelError('REEL_UNSUPPORTED_PROTOCOL', {
      what: `a connection that turns into ${request.headers.upgrade ?? 'a tunnel'} cannot be replayed`,
      where: `${endpoint.host}:${endpoint.port}`,
      fix: 'add the host to `passthrough`, or let the client use plain HTTP',
    }),
  );

  function passOn(): void {
    peer.unshift(Buffer.concat([requestHead(request), rest]));
    tunnel(connection);
  }
}
