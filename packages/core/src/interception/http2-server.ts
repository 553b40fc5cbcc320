import type {
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2';
import { fromRawHeaders, type HeaderList } from '../model/headers.ts';
import type { ClientSide } from './client-side.ts';
import { toHttp2Headers } from './http2-headers.ts';
import type { Peer } from './peer.ts';

export interface Http2Listener {
  /** A session began; nothing was written on it yet. */
  onSession(session: ServerHttp2Session): void;
  onRequest(peer: Peer, client: Http2Client): void;
}

/**
 * Node's own HTTP/2 server, never listening.
 * @returns hands it a connection.
 */
export function createHttp2Server({ onSession, onRequest }: Http2Listener): (peer: Peer) => void {
  const server = process.getBuiltinModule('node:http2').createServer();
  const peers = new WeakMap<object, Peer>();
  let arriving: Peer | undefined;
  server.on('session', (session) => {
    if (arriving !== undefined) peers.set(session, arriving);
    onSession(session);
    session.on('error', () => {});
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers, _flags, rawHeaders) => {
    const peer = stream.session && peers.get(stream.session);
    if (peer === undefined) stream.close();
    else onRequest(peer, new Http2Client(peer, stream, headers, rawHeaders as unknown as string[]));
  });
  return (peer) => {
    // The session is made, and announced, before `emit` returns.
    arriving = peer;
    server.emit('connection', peer);
    arriving = undefined;
  };
}

export class Http2Client implements ClientSide {
  readonly protocol = 'http2';
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: ServerHttp2Stream;
  readonly isBodyEmpty: boolean;
  readonly awaitsContinue: boolean;
  /** Number of the stream in its connection. */
  readonly id: number;
  readonly #peer: Peer;
  #trailers: HeaderList = [];
  #sentTrailers: HeaderList = [];
  #isComplete = false;

  constructor(
    peer: Peer,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
  ) {
    this.#peer = peer;
    this.body = stream;
    this.id = stream.id!;
    this.method = headers[':method'] ?? 'GET';
    this.target = headers[':path'] ?? '/';
    // The authority is what HTTP/1 calls the host; everything above this file knows it by that name.
    const authority = headers[':authority'];
    this.headers = [
      ...(authority === undefined ? [] : [['host', authority] as const]),
      ...fromRawHeaders(rawHeaders).filter(([name]) => !name.startsWith(':')),
    ];
    this.isBodyEmpty = stream.endAfterHeaders;
    this.awaitsContinue = headers.expect === '100-continue';
    stream.on('error', () => {});
    stream.on('trailers', (_trailers, _flags, ...rest) => {
      this.#trailers = fromRawHeaders((rest as unknown as [string[]?])[0] ?? []);
    });
  }

  trailers(): HeaderList {
    return this.#trailers;
  }

  proceed(): void {
    this.inform(100, []);
  }

  inform(status: number, headers: HeaderList): void {
    if (!this.body.headersSent && !this.body.destroyed) {
      this.body.additionalHeaders({ ':status': status, ...toHttp2Headers(headers) } as OutgoingHttpHeaders);
    }
  }

  head(status: number, _statusText: string, headers: HeaderList): void {
    const stream = this.body;
    if (stream.destroyed || stream.closed) return;
    const isBodiless = this.method === 'HEAD' || status === 204 || status === 205 || status === 304;
    stream.respond({ ':status': status, ...toHttp2Headers(headers) } as OutgoingHttpHeaders, {
      waitForTrailers: !isBodiless,
      // @ts-expect-error Not in the types. Without it Node adds a date that is not on tape.
      sendDate: false,
    });
    // None become an empty frame that ends the stream, and nothing else does.
    stream.on('wantTrailers', () => stream.sendTrailers(toHttp2Headers(this.#sentTrailers)));
  }

  /** {@link head} sends a frame of its own. */
  flushHead(): void {}

  write(bytes: Uint8Array): boolean {
    return this.body.destroyed || this.body.write(bytes);
  }

  onDrain(callback: () => void): void {
    this.body.once('drain', callback);
  }

  end(trailers: HeaderList = []): void {
    this.#sentTrailers = trailers;
    this.#isComplete = true;
    this.body.end();
  }

  fail(error: NodeJS.ErrnoException): void {
    this.#isComplete = true;
    const reset = resetCode(error);
    if (reset === undefined) this.#peer.fail(error);
    else this.body.close(reset);
  }

  hangUp(): void {
    this.#isComplete = true;
    // A session over a socket in memory does not close at an end alone, as it does over a real one.
    this.#peer.vanish();
  }

  onGone(callback: () => void): void {
    this.body.once('close', () => {
      if (!this.#isComplete || this.body.rstCode === cancelled()) callback();
    });
  }
}

function cancelled(): number {
  return process.getBuiltinModule('node:http2').constants.NGHTTP2_CANCEL;
}

/** Node names the code of a reset stream in the message of its error: `Stream closed with error code NGHTTP2_...`. */
function resetCode(error: NodeJS.ErrnoException): number | undefined {
  if (error.code !== 'ERR_HTTP2_STREAM_ERROR') return undefined;
  const { constants } = process.getBuiltinModule('node:http2');
  const name = /NGHTTP2_\w+/.exec(error.message)?.[0] ?? 'NGHTTP2_INTERNAL_ERROR';
  return (constants as unknown as Record<string, number>)[name] ?? constants.NGHTTP2_INTERNAL_ERROR;
}
