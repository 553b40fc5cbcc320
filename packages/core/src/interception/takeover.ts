import type { IncomingMessage } from 'node:http';
import { ReelError } from '../errors.ts';
import { fromRawHeaders } from '../model/headers.ts';
import type { ServedConnection } from './served-connection.ts';
import { absoluteUrl } from './exchange.ts';
import { tunnel } from './tunnel.ts';

/**
 * A request after which the connection speaks something else: an upgrade (WebSocket) or a CONNECT. Passes through to the
 * real endpoint where that is allowed, and is refused in replay. The place where `websocket.ts` is to come in.
 * @param head the request as it was on the wire
 */
export function takeOver(connection: ServedConnection, request: IncomingMessage, head: Buffer): void {
  const { endpoint, peer } = connection;
  const handler = connection.handler();
  const { scope } = connection.takeTicket();
  // From here on the connection is never idle: it closes when one of its ends does.
  connection.exchangeStarts();
  const plan = handler?.plan(
    {
      method: request.method!,
      url: absoluteUrl(request.url!, endpoint),
      headers: fromRawHeaders(request.rawHeaders),
      transport: 'websocket',
    },
    scope,
  );
  const isAllowed =
    handler === undefined ||
    plan?.kind === 'passthrough' ||
    handler.refusesConnection(endpoint) === undefined;
  if (isAllowed) {
    peer.unshift(head);
    tunnel(connection);
    return;
  }
  peer.fail(
    new ReelError('REEL_UNSUPPORTED_PROTOCOL', {
      what: `a connection that turns into ${request.headers.upgrade ?? 'a tunnel'} cannot be replayed yet`,
      where: `${endpoint.host}:${endpoint.port}`,
      fix: 'add the host to `passthrough`, or let the client use plain HTTP',
    }),
  );
}
