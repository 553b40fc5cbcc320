import type { Readable } from 'node:stream';
import type { HeaderList } from '../model/headers.ts';
import type { Ending } from '../model/interaction.ts';
import type { ClientSide } from './client-side.ts';
import type { ServedConnection } from './served-connection.ts';
import type { Endpoint, Tap } from './transport.ts';
import { requestHttp1 } from './upstream-http1.ts';
import { requestHttp2 } from './upstream-http2.ts';

/** The real connections an exchange may go out on: those behind one client's connection, or a pool that a proxy shares. */
export type UpstreamConnections = Pick<
  ServedConnection,
  'agents' | 'isMultiplexed' | 'options' | 'originals' | 'session'
> & {
  /** Milliseconds after which an unused connection is closed. Default: it stays as long as its owner. */
  readonly idleTimeout?: number;
};

/** Where and how an exchange goes out. */
export interface Destination {
  readonly endpoint: Endpoint;
  readonly target: string;
  readonly headers: HeaderList;
  /** Whether it goes to another origin than the client asked for (a pinned gateway). */
  readonly isRedirected: boolean;
  /** Given when the exchange is recorded. */
  readonly tap?: Tap;
  /** Whether the tap hears the request body, too. */
  readonly tapsRequest?: boolean;
  /** The request body when it was read already. */
  readonly body?: Uint8Array;
}

/** One request on a real connection. */
export interface UpstreamRequest {
  /** Sends the head now: the body may be long in coming. */
  flush(): void;
  /** `false`: hold on until {@link onDrain}. */
  write(bytes: Uint8Array): boolean;
  onDrain(callback: () => void): void;
  end(trailers: HeaderList): void;
  destroy(): void;
}

/** What a real connection tells of one request. After {@link failed} or {@link hungUp} nothing more comes. */
export interface UpstreamEvents {
  proceed(): void;
  inform(status: number, headers: HeaderList): void;
  /** The final head. The body must be read to its end, `ended` or a failure follows. */
  response(status: number, statusText: string, headers: HeaderList, body: Readable): void;
  ended(trailers: HeaderList): void;
  failed(error: NodeJS.ErrnoException): void;
  /** The other side closed the connection in the middle. */
  hungUp(): void;
}

/** How a hang-up is called on tape: undici's name for it, the only one that differs from that of a reset. */
const hangUpOnTape: Ending = {
  kind: 'aborted',
  by: 'upstream',
  code: 'UND_ERR_SOCKET',
  message: 'other side closed',
};

/**
 * Sends a request on over a real connection and its answer back, both ways piece by piece as they come, with the tap
 * listening. Resolves when the exchange is over, however it ended.
 */
export function forward(connection: UpstreamConnections, client: ClientSide, to: Destination): Promise<void> {
  return new Promise((resolve) => {
    const { tap } = to;
    let isOver = false;
    const over = (ending: Ending): void => {
      if (isOver) return;
      isOver = true;
      tap?.ended(ending);
      resolve();
    };
    const events: UpstreamEvents = {
      proceed() {
        // A body that was read already has been asked for already.
        if (client.awaitsContinue && to.body === undefined) client.proceed();
      },
      inform: (status, headers) => client.inform(status, headers),
      response(status, statusText, headers, body) {
        if (isOver) return;
        tap?.response(status, statusText, headers);
        client.head(status, statusText, headers);
        client.flushHead();
        body.on('data', (bytes: Uint8Array) => {
          if (isOver) return;
          tap?.received(bytes);
          if (client.write(bytes)) return;
          body.pause();
          client.onDrain(() => body.resume());
        });
      },
      ended(trailers) {
        if (isOver) return;
        client.end(trailers);
        over(trailers.length === 0 ? { kind: 'end' } : { kind: 'end', trailers });
      },
      failed(error) {
        if (isOver) return;
        over({
          kind: 'aborted',
          by: 'upstream',
          ...(error.code !== undefined && { code: error.code }),
          message: error.message,
        });
        client.fail(error);
      },
      hungUp() {
        if (isOver) return;
        over(hangUpOnTape);
        client.hangUp();
      },
    };
    const isHttp2 = client.protocol === 'http2' && !to.isRedirected;
    let upstream: UpstreamRequest;
    try {
      upstream = (isHttp2 ? requestHttp2 : requestHttp1)(connection, client.method, to, events);
    } catch (error) {
      // Node refuses what it would not send: a header with a control character, a session that just closed.
      events.failed(error as NodeJS.ErrnoException);
      return;
    }
    client.onGone(() => {
      over({ kind: 'aborted', by: 'client' });
      upstream.destroy();
    });
    sendBody(client, to, upstream);
  });
}

function sendBody(
  client: ClientSide,
  { body, tap, tapsRequest }: Destination,
  upstream: UpstreamRequest,
): void {
  if (body !== undefined) {
    if (body.byteLength > 0) upstream.write(body);
    upstream.end(client.trailers());
    return;
  }
  if (client.isBodyEmpty) {
    upstream.end([]);
    return;
  }
  const source = client.body;
  upstream.flush();
  source.on('data', (bytes: Uint8Array) => {
    if (tapsRequest === true) tap?.sent(bytes);
    if (upstream.write(bytes)) return;
    source.pause();
    upstream.onDrain(() => source.resume());
  });
  source.once('end', () => upstream.end(client.trailers()));
}
