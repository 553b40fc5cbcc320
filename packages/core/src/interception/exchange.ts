import type { ClientSide } from './client-side.ts';
import { forward, type Destination } from './forward.ts';
import { play } from './play.ts';
import type { ServedConnection, Ticket } from './served-connection.ts';
import type { Endpoint, ExchangeHead, Upstream } from './transport.ts';

/** Serves one request of a connection in process: asks the handler, and carries the answer out. */
export async function serveExchange(
  connection: ServedConnection,
  client: ClientSide,
  ticket: Ticket | undefined,
): Promise<void> {
  connection.exchangeStarts();
  try {
    await settle(connection, client, ticket);
  } catch (error) {
    // A handler that throws has decided nothing: the request fails, and never goes out by accident.
    client.fail(error as Error);
  } finally {
    connection.exchangeEnds();
  }
}

async function settle(
  connection: ServedConnection,
  client: ClientSide,
  ticket: Ticket | undefined,
): Promise<void> {
  const { endpoint } = connection;
  const handler = connection.handler();
  if (handler === undefined) return forward(connection, client, passthrough(client, endpoint));
  if (ticket?.isClaimed === true) {
    const refusal = handler.refusesConnection(endpoint);
    if (refusal !== undefined) return client.fail(refusal);
    return forward(connection, client, passthrough(client, endpoint));
  }
  const url = absoluteUrl(client.target, endpoint);
  const transport = client.protocol === 'http2' ? 'http2' : 'socket';
  const head: ExchangeHead = { method: client.method, url, headers: client.headers, transport };
  const plan = handler.plan(head, ticket?.scope);
  switch (plan.kind) {
    case 'passthrough':
      return forward(connection, client, passthrough(client, endpoint));
    case 'stream':
      return forward(connection, client, recorded(plan.open(), client, url, true));
    case 'decide': {
      const body = client.isBodyEmpty ? nothing : await readWhole(client);
      // The client left in the middle of its upload: there is nobody to answer.
      if (body === undefined) return undefined;
      const decision = plan.decide(body);
      switch (decision.kind) {
        case 'reply':
          return play(decision.reply, client);
        case 'fail':
          return client.fail(decision.error);
        case 'upstream':
          return forward(connection, client, { ...recorded(decision.upstream, client, url, false), body });
      }
    }
  }
}

const nothing = new Uint8Array(0);

function passthrough(client: ClientSide, { host, port, tls }: Endpoint): Destination {
  return {
    endpoint: { host, port, tls },
    target: client.target,
    headers: client.headers,
    isRedirected: false,
  };
}

function recorded(upstream: Upstream, client: ClientSide, url: string, isStreaming: boolean): Destination {
  const { tap } = upstream;
  const headers = upstream.headers ?? client.headers;
  const asked = new URL(url);
  const chosen = upstream.url === url ? asked : new URL(upstream.url);
  const tls = chosen.protocol === 'https:';
  const endpoint: Endpoint = {
    host: chosen.hostname.replace(/^\[|\]$/g, ''),
    port: chosen.port === '' ? (tls ? 443 : 80) : Number(chosen.port),
    tls,
  };
  const isRedirected = chosen.origin !== asked.origin;
  return {
    endpoint,
    // Unchanged, the target goes out as the client spelled it; `URL` would tidy it up.
    target: upstream.url === url ? client.target : chosen.pathname + chosen.search,
    headers: isRedirected ? withHost(headers, chosen.host) : headers,
    isRedirected,
    tap,
    tapsRequest: isStreaming,
  };
}

function withHost(headers: Destination['headers'], host: string): Destination['headers'] {
  return headers.map(([name, value]) => [name, name.toLowerCase() === 'host' ? host : value]);
}

/** The URL a request means. A client that takes the endpoint for a proxy sends it whole. */
export function absoluteUrl(target: string, { host, port, tls }: Endpoint): string {
  if (/^https?:\/\//i.test(target)) return target;
  const name = host.includes(':') ? `[${host}]` : host;
  const suffix = port === (tls ? 443 : 80) ? '' : `:${port}`;
  return `${tls ? 'https' : 'http'}://${name}${suffix}${target}`;
}

function readWhole(client: ClientSide): Promise<Uint8Array | undefined> {
  const { body } = client;
  if (client.awaitsContinue) client.proceed();
  return new Promise((resolve) => {
    const pieces: Uint8Array[] = [];
    body.on('data', (piece: Uint8Array) => pieces.push(piece));
    body.once('end', () => resolve(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)));
    body.once('close', () => resolve(undefined));
  });
}
