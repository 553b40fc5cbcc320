import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerValue, Http1Client, type HeaderList } from '@reel/core/engine';
import { withoutHopByHop } from './hop-by-hop.ts';

/** An answer whose head and body are there at once. */
export interface WholeAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Flat: name, value, name, value. */
  readonly rawHeaders: string[];
  /** A string stands for the bytes of its code units (latin1). */
  readonly body: string | Uint8Array;
}

/** The client's half of an exchange over a real connection. */
export class WireClient extends Http1Client {
  readonly response: ServerResponse;
  /** Hears why the connection is broken, which a broken connection cannot say. */
  onFailure: ((error: Error) => void) | undefined;
  readonly #request: IncomingMessage;
  readonly #gone: (() => void)[] = [];
  /** Whether the client can tell a cut answer from a whole one by its framing. */
  #isFramed = true;

  constructor(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) {
    super(request, response, awaitsContinue);
    this.response = response;
    this.#request = request;
  }

  /** What the provider said of its connection is not true of this one. */
  override head(status: number, statusText: string, headers: HeaderList): void {
    const isChunked = headerValue(headers, 'transfer-encoding') !== undefined;
    this.#isFramed =
      headerValue(headers, 'content-length') !== undefined ||
      (isChunked && this.#request.httpVersionMinor > 0);
    super.head(status, statusText, withoutHopByHop(headers));
  }

  /** Breaks the connection, so that no client takes what it has for the whole answer. */
  override fail(error: Error): void {
    this.onFailure?.(error);
    const { socket } = this.#request;
    if (!this.response.headersSent) reset(socket);
    // An orderly end loses nothing of what was sent before it, but only with a frame around it does it look like a failure.
    else if (this.#isFramed) socket.destroySoon();
    else if (socket.writableLength === 0) reset(socket);
    else socket.once('drain', () => reset(socket));
  }

  /** Whether the client speaks the older protocol, which has no chunks. */
  get isHttp10(): boolean {
    return this.#request.httpVersionMinor === 0;
  }

  /** A whole answer in one piece. */
  answer({ status, statusText, rawHeaders, body }: WholeAnswer): void {
    const { response } = this;
    // As in the class above: Node must not add what is not on tape.
    response.removeHeader('connection');
    response.removeHeader('transfer-encoding');
    response.removeHeader('content-length');
    response.writeHead(status, statusText, rawHeaders);
    if (typeof body === 'string') response.end(body, 'latin1');
    else response.end(body);
  }

  override hangUp(): void {
    if (this.response.headersSent) this.#request.socket.destroySoon();
    else this.#request.socket.destroy();
  }

  override onGone(callback: () => void): void {
    this.#gone.push(callback);
    super.onGone(callback);
  }

  /** Ends the exchange as if the client had left, so that the proxy itself can answer it. */
  abandon(): void {
    for (const callback of this.#gone.splice(0)) callback();
  }
}

/** As a network that fails. A TLS connection has no reset of its own. */
function reset(socket: IncomingMessage['socket']): void {
  if (socket.destroyed) return;
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}
