import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as zlib from 'node:zlib';
import { headerValue, type Interaction } from '@reel/core/engine';

const ofConnection = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer']);

/** Answers each request with the next exchange, as its provider did: status, reason, headers, coding, one write for each chunk. */
export class ProviderServer {
  readonly #server: Server;
  #queue: Interaction[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      request.resume().once('end', () => this.#answer(response));
    });
  }

  static async start(): Promise<ProviderServer> {
    const server = new ProviderServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  play(interactions: readonly Interaction[]): void {
    this.#queue = [...interactions];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(response: ServerResponse): void {
    const next = this.#queue.shift();
    if (next?.response === undefined) {
      response.destroy();
      return;
    }
    const { status, statusText, headers } = next.response;
    const raw = headers.flatMap(([name, value]) =>
      ofConnection.has(name.toLowerCase()) ? [] : [name, value],
    );
    const chunks = encode(next);
    if (headerValue(headers, 'content-length') !== undefined && status !== 204) {
      const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      // The length of what a HEAD did not send is whatever the server said.
      raw.push(
        'content-length',
        next.request.method === 'HEAD' ? headerValue(headers, 'content-length')! : String(length),
      );
    }
    response.sendDate = false;
    // An empty reason would not be the standard one.
    if (statusText === undefined) response.writeHead(status, raw);
    else response.writeHead(status, statusText, raw);
    for (const chunk of chunks) response.write(chunk);
    response.end();
  }
}

function encode({ response, chunks }: Interaction): Uint8Array[] {
  const coding = (headerValue(response!.headers, 'content-encoding') ?? '').toLowerCase();
  const body = (): Buffer => Buffer.concat(chunks.map(({ bytes }) => bytes));
  if (coding === 'gzip' || coding === 'x-gzip') return [zlib.gzipSync(body())];
  if (coding === 'br')
    return [zlib.brotliCompressSync(body(), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })];
  if (coding === 'zstd') return [zlib.zstdCompressSync(body())];
  if (coding === 'deflate') return [zlib.deflateSync(body())];
  return chunks.map(({ bytes }) => bytes);
}
