import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ReelError } from '@reel/core';
import { refuseOnSocket } from './refuse.ts';
import type { SharedOptions } from './options.ts';

/** What arrives at a proxy's port. */
export interface Arrivals {
  onRequest(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void;
  /** @param head bytes that came with the request already */
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  onConnect(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The HTTP parser or a time limit refused a connection. */
  onBroken(error: ReelError): ReelError;
}

type ServerOptions = Pick<SharedOptions, 'port' | 'host' | 'headersTimeout' | 'requestTimeout'>;

/** An HTTP/1.1 server on loopback that knows its connections, so that it can stop without breaking what is under way. */
export class LoopbackServer {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<Duplex>();
  readonly #busy = new Set<Promise<void>>();

  constructor(
    arrivals: Arrivals,
    { host = '127.0.0.1', headersTimeout = 15_000, requestTimeout = 300_000 }: ServerOptions,
  ) {
    this.#host = host;
    this.#server = createHttpServer(arrivals, headersTimeout, requestTimeout);
    // Until it listens, `listen` tells; afterwards it is a connection that could not be accepted (EMFILE).
    this.#server.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#server.listening) arrivals.onBroken(unaccepted(error));
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** @throws REEL_PROXY_LISTEN when the port is in use or not allowed. */
  async listen(port: number): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(port, this.#host, resolve);
      });
    } catch (cause) {
      throw new ReelError('REEL_PROXY_LISTEN', {
        what: `the proxy cannot listen on ${this.#host}:${port} (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
        fix: 'choose another port, or 0 for any free one',
        cause,
      });
    }
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${this.port}`;
  }

  /** Serves HTTP on a connection that came here in another way than through the port: out of a tunnel. */
  adopt(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  /** Counts an exchange as under way until its promise is settled. It must not reject. */
  track(exchange: Promise<void>): void {
    this.#busy.add(exchange);
    void exchange.then(() => this.#busy.delete(exchange));
  }

  /**
   * Keeps the connection of a session open while the proxy stops, until what was said on it is saved. Sessions have no end of their own
   * that could be waited for.
   */
  hold(socket: Duplex): void {
    this.#sockets.delete(socket as Socket);
    this.#sessions.add(socket);
    socket.once('close', () => this.#sessions.delete(socket));
  }

  /**
   * Takes nothing new, waits at most `grace` milliseconds for what is under way, closes every connection but those of sessions, runs
   * `finish`, and closes these, too.
   */
  async stop<T>(grace: number, finish: () => Promise<T>): Promise<T> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    if (this.#busy.size > 0) await Promise.race([this.#whenIdle(), delay(grace)]);
    for (const socket of this.#sockets) {
      // What was answered may still be on its way out.
      if (this.#busy.size === 0) socket.destroySoon();
      else socket.destroy();
    }
    await Promise.race([this.#sessions.size > 0 ? this.#whenGone() : closed, delay(lingering)]);
    for (const socket of this.#sockets) socket.destroy();
    // The end of a cut exchange is told by the close of its connection.
    await Promise.race([this.#whenIdle(), delay(lingering)]);
    try {
      return await finish();
    } finally {
      for (const socket of this.#sessions) socket.destroy();
      await closed;
    }
  }

  async #whenGone(): Promise<void> {
    await Promise.all(
      [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
  }

  async #whenIdle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }
}

function unaccepted({ code }: NodeJS.ErrnoException): ReelError {
  return new ReelError('REEL_PROXY_LISTEN', {
    what: `the proxy could not accept a connection (${code ?? 'unknown'})`,
    fix: 'let fewer clients connect at the same time, or raise the number of files the process may open',
  });
}

/** How long a client may take to read what was sent, in milliseconds, when the proxy stops. */
const lingering = 500;

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

function createHttpServer(arrivals: Arrivals, headersTimeout: number, requestTimeout: number): Server {
  const server = createServer({
    maxHeaderSize: 64 * 1024,
    headersTimeout: Math.min(headersTimeout, requestTimeout),
    requestTimeout,
    // Longer than clients keep an unused connection (undici 4 s, urllib3 and httpx 5 s): they close it, not the proxy under them.
    keepAliveTimeout: 75_000,
    connectionsCheckingInterval: Math.max(50, Math.min(headersTimeout, 5000) / 2),
    // Two readings of one request are how one is smuggled past a proxy.
    insecureHTTPParser: false,
    requireHostHeader: true,
  });
  server.on('request', (request, response) => arrivals.onRequest(request, response, false));
  server.on('checkContinue', (request, response) => arrivals.onRequest(request, response, true));
  server.on('checkExpectation', (request, response) => arrivals.onRequest(request, response, false));
  server.on('upgrade', (request, socket, head) => arrivals.onUpgrade(request, socket, head));
  server.on('connect', (request, socket, head) => arrivals.onConnect(request, socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const isOver = hasLeft(error.code) || !socket.writable || isAnswering(socket);
    if (isOver) {
      socket.destroy();
      return;
    }
    const { status, what } = broken(error.code);
    const told = arrivals.onBroken(
      new ReelError('REEL_PROXY_REQUEST', { what, fix: 'send well-formed HTTP/1.1' }),
    );
    refuseOnSocket(socket, { status, error: told });
  });
  return server;
}

/** A client that hangs up in the middle of its request did nothing that has to be answered or reported. */
function hasLeft(code: string | undefined): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_EOF_STATE';
}

/** Whether an answer has begun on a connection: a second one would be taken for a part of it. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage: message } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  return message?.headersSent === true;
}

/** What Node says of a request it could not read; its own text may quote the request. */
function broken(code: string | undefined): { status: number; what: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, what: 'the head of the request is longer than 64 KiB' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, what: 'the request did not arrive in time' };
    default:
      return { status: 400, what: `the request is not well-formed HTTP/1.1 (${code ?? 'unreadable'})` };
  }
}
