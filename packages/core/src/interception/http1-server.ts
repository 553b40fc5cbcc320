import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { fromRawHeaders, toRawHeaders, withoutHeaders, type HeaderList } from '../model/headers.ts';
import type { ClientSide } from './client-side.ts';
import type { Peer } from './peer.ts';

export interface Http1Listener {
  onRequest(peer: Peer, client: ClientSide): void;
  /** An upgrade or a CONNECT: the bytes that follow are not HTTP. `rest` are those that came with the request. */
  onTakeover(peer: Peer, request: IncomingMessage, rest: Buffer): void;
}

/**
 * Node's own HTTP/1.1 server, never listening.
 * @returns hands it a connection.
 */
export function createHttp1Server({ onRequest, onTakeover }: Http1Listener): (peer: Peer) => void {
  const server = process.getBuiltinModule('node:http').createServer({
    // The provider decides what is too long, too slow or malformed; this server is only the ear in between.
    maxHeaderSize: 1 << 20,
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 0,
    requireHostHeader: false,
  });
  server.timeout = 0;
  server.maxHeadersCount = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    onRequest(peerUnder(request), new Http1Client(request, response, false));
  };
  server.on('request', answer);
  server.on('checkExpectation', answer);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    onRequest(peerUnder(request), new Http1Client(request, response, true));
  });
  const takeOver = (request: IncomingMessage, socket: Duplex, rest: Buffer): void => {
    onTakeover(socket as Peer, request, rest);
  };
  server.on('upgrade', takeOver);
  server.on('connect', takeOver);
  server.on('clientError', (error, socket) => {
    (socket as unknown as Peer).fail(error);
  });
  return (peer) => {
    server.emit('connection', peer);
  };
}

function peerUnder(request: IncomingMessage): Peer {
  return request.socket as unknown as Peer;
}

/** A request as it was on the wire. */
export function requestHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = fromRawHeaders(rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${url} HTTP/${httpVersion}\r\n${lines.join('')}\r\n`, 'latin1');
}

export class Http1Client implements ClientSide {
  readonly protocol = 'http1';
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: IncomingMessage;
  readonly isBodyEmpty: boolean;
  readonly awaitsContinue: boolean;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) {
    this.method = request.method!;
    this.target = request.url!;
    this.headers = fromRawHeaders(request.rawHeaders);
    this.body = request;
    const length = request.headers['content-length'];
    this.isBodyEmpty =
      (length === undefined || length === '0') && request.headers['transfer-encoding'] === undefined;
    this.awaitsContinue = awaitsContinue;
    this.#response = response;
    response.sendDate = false;
    // Failing to write is the client having left, which `onGone` tells.
    response.on('error', () => {});
    request.on('error', () => {});
  }

  trailers(): HeaderList {
    return fromRawHeaders(this.body.rawTrailers);
  }

  proceed(): void {
    this.#response.writeContinue();
  }

  inform(status: number, headers: HeaderList): void {
    if (status === 102) this.#response.writeProcessing();
    const links = headers.filter(([name]) => name.toLowerCase() === 'link').map(([, value]) => value);
    if (status === 103 && links.length > 0) this.#response.writeEarlyHints({ link: links });
  }

  head(status: number, statusText: string, headers: HeaderList): void {
    const response = this.#response;
    // Taking these out of an empty set keeps Node from adding its own; what is on tape is still sent.
    response.removeHeader('connection');
    response.removeHeader('transfer-encoding');
    response.removeHeader('content-length');
    response.writeHead(status, statusText, toRawHeaders(framed(headers, this.body.httpVersionMinor)));
  }

  flushHead(): void {
    this.#response.flushHeaders();
  }

  write(bytes: Uint8Array): boolean {
    return this.#response.destroyed || this.#response.write(bytes);
  }

  onDrain(callback: () => void): void {
    this.#response.once('drain', callback);
  }

  end(trailers: HeaderList = []): void {
    if (trailers.length > 0 && this.#response.chunkedEncoding) {
      this.#response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
    }
    this.#response.end();
  }

  fail(error: Error): void {
    peerUnder(this.body).fail(error);
  }

  hangUp(): void {
    peerUnder(this.body).hangUp();
  }

  onGone(callback: () => void): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) callback();
    });
  }
}

const chunkedOnly = new Set(['trailer']);
const notInHttp10 = new Set(['transfer-encoding', 'trailer']);

/** Headers that agree with how Node is going to frame the body. */
function framed(headers: HeaderList, minorVersion: number): HeaderList {
  if (minorVersion === 0) return withoutHeaders(headers, notInHttp10);
  const isChunked = headers.some(
    ([name, value]) => name.toLowerCase() === 'transfer-encoding' && /chunked/i.test(value),
  );
  return isChunked ? headers : withoutHeaders(headers, chunkedOnly);
}
