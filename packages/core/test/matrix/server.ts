import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import zlib from 'node:zlib';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

const json = { 'content-type': 'application/json' };
const text = 'Grüße, 漢字 and 🎞️ '.repeat(40);
const binary = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256));

/** The shapes of answers in the matrix, by path. */
const handlers: Record<string, Handler> = {
  '/json': (_request, response, body) =>
    void response.writeHead(200, json).end(JSON.stringify({ got: body, text })),
  '/sse': async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of [
      ': hello\n\n',
      'event: a\ndata: {"x":1}\n\n',
      'data: é漢🎞️\r\n\r\n',
      'data: [DONE]\n\n',
    ]) {
      response.write(event);
      await pause(2);
    }
    response.end();
  },
  '/ndjson': async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (let n = 0; n < 4; n++) {
      response.write(`{"n":${n},"done":${n === 3}}\n`);
      await pause(2);
    }
    response.end();
  },
  '/binary': (_request, response) =>
    void response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(binary),
  '/gzip': encoded('gzip', zlib.gzipSync),
  '/br': encoded('br', zlib.brotliCompressSync),
  '/zstd': encoded('zstd', zlib.zstdCompressSync),
  '/deflate': encoded('deflate', zlib.deflateSync),
  '/redirect': (_request, response) => void response.writeHead(302, { location: '/json' }).end(),
  '/redirect-307': (_request, response) => void response.writeHead(307, { location: '/json' }).end(),
  '/repeated': (_request, response) =>
    void response
      .writeHead(200, { ...json, 'set-cookie': ['a=1; Path=/', 'b=2', 'c=3'], 'x-odd': ['1', '2'] })
      .end('{}'),
  '/head': (_request, response) =>
    void response.writeHead(200, { ...json, 'content-length': '1234', 'x-here': 'yes' }).end(),
  '/204': (_request, response) => void response.writeHead(204, { 'x-here': 'yes' }).end(),
  '/empty': (_request, response) => void response.writeHead(200, { 'content-length': '0' }).end(),
  '/404': (_request, response) => void response.writeHead(404, json).end('{"error":"no such thing"}'),
  '/503': (_request, response) =>
    void response
      .writeHead(503, { ...json, 'retry-after': '0', 'retry-after-ms': '1' })
      .end('{"error":"busy"}'),
  '/reset': async (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
    await pause(20);
    cut(request);
  },
  '/hangup': (request) => cut(request),
};

function encoded(name: string, compress: (bytes: Buffer) => Buffer): Handler {
  return (_request, response) => {
    const body = compress(Buffer.from(JSON.stringify({ text })));
    response
      .writeHead(200, { ...json, 'content-encoding': name, 'content-length': body.byteLength })
      .end(body);
  };
}

function cut(request: IncomingMessage): void {
  const { stream } = request as unknown as { stream?: http2.ServerHttp2Stream };
  if (stream === undefined) request.socket.destroy();
  else stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
}

export interface MatrixServer {
  /** Base URL for HTTP/1.1 clients, or for HTTP/2 with prior knowledge. */
  readonly http1: string;
  readonly http2: string;
  /** Requests that arrived. */
  readonly hits: string[];
  close(): Promise<void>;
}

/** The same answers over HTTP/1.1 and over HTTP/2 without TLS, on two loopback ports. */
export async function startMatrixServer(): Promise<MatrixServer> {
  const hits: string[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('error', () => {});
    request.on('end', () => {
      const { pathname } = new URL(request.url!, 'http://x');
      hits.push(`${request.method} ${request.url}`);
      response.on('error', () => {});
      void handlers[pathname]!(request, response, Buffer.concat(pieces).toString());
    });
  };
  const servers = [http.createServer(handle), http2.createServer(handle as never)];
  const sockets = new Set<Socket>();
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const [http1, h2] = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    http1: http1!,
    http2: h2!,
    hits,
    async close() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}
