import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2, { type ServerHttp2Stream } from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Scheme } from './client.ts';

/** HTTP/2 comes in through Node's compatibility layer, which has the same methods, and a stream besides. */
export type Call = IncomingMessage;
export type Answer = ServerResponse & { readonly stream?: ServerHttp2Stream };
export type Behave = (call: Call, answer: Answer, server: ConformanceServer) => void;

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

type AnyServer = http.Server | https.Server | http2.Http2Server | http2.Http2SecureServer;

/** A real server that behaves as one case of the suite asks. */
export class ConformanceServer {
  readonly origin: string;
  readonly port: number;
  /** TCP connections accepted in each leg so far. */
  readonly connections: number[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: AnyServer;

  static async start(scheme: Scheme, certificate: Certificate, behave: Behave): Promise<ConformanceServer> {
    const listener = (call: Call, answer: Answer): void => behave(call, answer, made!);
    let made: ConformanceServer | undefined;
    const server = create(scheme, certificate, listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    made = new ConformanceServer(scheme, server);
    return made;
  }

  private constructor(scheme: Scheme, server: AnyServer) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.origin = `${scheme === 'https' || scheme === 'h2' ? 'https' : 'http'}://127.0.0.1:${this.port}`;
    server.on('connection', (socket: Socket) => {
      this.connections[this.connections.length - 1]! += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  /** Breaks the connections: with a reset, or as a process that goes away. */
  cut(how: 'reset' | 'hang-up'): void {
    for (const socket of this.#sockets) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function create(
  scheme: Scheme,
  { key, cert }: Certificate,
  listener: (call: Call, answer: Answer) => void,
): AnyServer {
  switch (scheme) {
    case 'http':
      return withContinue(http.createServer(listener), listener);
    case 'https':
      return withContinue(https.createServer({ key, cert }, listener), listener);
    case 'h2c':
      return http2.createServer(listener as never);
    case 'h2':
      return http2.createSecureServer({ key, cert }, listener as never);
  }
}

/** Says "continue" after a moment, so that a client that does not wait for it shows. */
function withContinue<Server extends http.Server>(
  server: Server,
  listener: (call: Call, answer: Answer) => void,
): Server {
  server.on('checkContinue', (call: IncomingMessage, answer: ServerResponse) => {
    setTimeout(() => {
      answer.setHeader('x-continued', 'yes');
      answer.writeContinue();
      listener(call, answer);
    }, 10);
  });
  return server;
}
