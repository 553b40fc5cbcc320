import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { endpointOf } from '../model/endpoint.ts';
import { isClaimed } from './claim.ts';
import { socketUnder } from './node-internals.ts';
import { isUntouched } from './real-network.ts';
import type { ServedConnection, Ticket } from './served-connection.ts';
import type { Endpoint, ScopeRef } from './transport.ts';

/** What the announcements of the clients are worth something to. */
export interface Announcements {
  captureScope(): ScopeRef | undefined;
  /** A request is about to be made to this endpoint: what connects there next is HTTP. */
  speaksHttp(endpoint: Endpoint): void;
  /** The connection a socket is the client's end of. */
  connectionOf(socket: object): ServedConnection | undefined;
  /**
   * A request nobody claimed is about to go out on a real socket: one that was opened before Reel started, or for
   * claimed requests. Takes the socket over if it leads where Reel watches.
   * @param asked where the request says it goes
   */
  adopt(socket: Socket, asked: Endpoint): ServedConnection | undefined;
  /** The same for an HTTP/2 session, which cannot be taken over in the middle. */
  refuse(stream: ClientHttp2Stream, asked: Endpoint): void;
}

/**
 * Ties requests to the scope they were made in. A pooled connection belongs to no test, so the scope is captured where the
 * client publishes, in the caller's async context, that a request was created, and put on the connection when the
 * client publishes that this request goes out on it. All of it is in the documented diagnostics channels of Node
 * (`http.client.request.created`, `http2.client.stream.created`) and undici (`undici:request:create`,
 * `undici:client:sendHeaders`), so nothing is added to the request and no client is patched.
 * @returns stops it
 */
export function carryScopes(to: Announcements): () => void {
  const undiciTickets = new WeakMap<object, Ticket>();
  let isClaimedStreamNext = false;

  const listeners: [channel: string, listener: (message: unknown) => void][] = [
    [
      'http.client.request.created',
      (message) => {
        if (isUntouched()) return;
        const { request } = message as { request: ClientRequest };
        const scope = to.captureScope();
        request.once('socket', (socket) => {
          const connection = to.connectionOf(socket) ?? to.adopt(socket, endpointOfRequest(request));
          connection?.announceOnly({ scope, isClaimed: false });
        });
      },
    ],
    [
      'undici:request:create',
      (message) => {
        const { request } = message as { request: UndiciRequest };
        const origin = URL.parse(String(request.origin));
        if (origin !== null) to.speaksHttp(endpointOf(origin));
        undiciTickets.set(request, {
          scope: inCallersContext(request, to.captureScope),
          isClaimed: isClaimed(),
        });
      },
    ],
    [
      'undici:client:sendHeaders',
      (message) => {
        const { request, socket } = message as { request: UndiciRequest; socket: Socket };
        const ticket = undiciTickets.get(request) ?? { scope: undefined, isClaimed: false };
        const isHttp2 = (socket as { alpnProtocol?: unknown }).alpnProtocol === 'h2';
        let connection = to.connectionOf(socket);
        if (connection === undefined && isHttp2) isClaimedStreamNext = ticket.isClaimed;
        else if (connection === undefined && !ticket.isClaimed) {
          connection = to.adopt(socket, endpointOf(new URL(String(request.origin))));
        }
        if (isHttp2 && connection !== undefined) connection.nextStream = ticket;
        else connection?.announce(ticket);
      },
    ],
    [
      'http2.client.stream.created',
      (message) => {
        if (isUntouched()) return;
        const { stream } = message as { stream: ClientHttp2Stream };
        const wasClaimed = isClaimedStreamNext;
        isClaimedStreamNext = false;
        const { session } = stream;
        const socket = session && socketUnder(session);
        const connection = socket && to.connectionOf(socket);
        if (connection === undefined) {
          const asked = endpointOfStream(stream);
          if (!wasClaimed && asked !== undefined) to.refuse(stream, asked);
          return;
        }
        const ticket = connection.nextStream ?? { scope: to.captureScope(), isClaimed: isClaimed() };
        connection.nextStream = undefined;
        if (stream.id !== undefined) connection.announceStream(stream.id, ticket);
        else stream.once('ready', () => connection.announceStream(stream.id!, ticket));
      },
    ],
  ];

  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of listeners) unsubscribe(channel, listener);
  };
}

interface UndiciRequest {
  readonly origin: string | URL;
}

/**
 * A pool of undici 7 that is full makes the waiting request later, in the context of whoever frees a connection. What it
 * holds of the caller is the handler, which for `request`, `stream` and `pipeline` is an `AsyncResource` made in the call.
 * undici 8.12 restores the context itself.
 */
function inCallersContext(request: object, capture: () => ScopeRef | undefined): ScopeRef | undefined {
  for (const key of Object.getOwnPropertySymbols(request)) {
    if (key.description !== 'handler') continue;
    const handler = (request as Record<symbol, { runInAsyncScope?: <T>(fn: () => T) => T } | undefined>)[key];
    if (typeof handler?.runInAsyncScope === 'function') return handler.runInAsyncScope(capture);
  }
  return capture();
}

function endpointOfRequest(request: ClientRequest): Endpoint {
  const tls = request.protocol === 'https:';
  const host = request.getHeader('host');
  const port = typeof host === 'string' ? /:(\d+)$/.exec(host)?.[1] : undefined;
  return {
    host: request.host.toLowerCase(),
    port: port === undefined ? (tls ? 443 : 80) : Number(port),
    tls,
  };
}

function endpointOfStream(stream: ClientHttp2Stream): Endpoint | undefined {
  const { ':scheme': scheme, ':authority': authority } = stream.sentHeaders ?? {};
  const url = URL.parse(`${String(scheme ?? 'https')}://${String(authority)}`);
  return url === null || authority === undefined ? undefined : endpointOf(url);
}
