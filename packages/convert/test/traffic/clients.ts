import http from 'node:http';
import https from 'node:https';
import * as zlib from 'node:zlib';
import { request as undiciRequest, Agent } from 'undici';
import { fromRawHeaders, headerValue, type HeaderList, type RecordedRequest } from '@reel/core/engine';

/** What a client saw of an answer. */
export interface Seen {
  readonly status: number;
  /** Names in lower case, sorted; without the headers of the connection, which are between a client and its own server. */
  readonly headers: HeaderList;
  /** Decoded: `fetch` does that itself. How a body is compressed is the codec's business, and another one gives other bytes. */
  readonly body: Buffer;
}

export type Client = (request: RecordedRequest) => Promise<Seen>;

/** Set by every client itself, or forbidden to applications. */
const own = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
]);

function sent({ headers }: RecordedRequest): [string, string][] {
  return headers
    .filter(([name]) => !own.has(name.toLowerCase()) && !name.startsWith('sec-'))
    .map(([name, value]) => [name, value]);
}

const viaFetch: Client = async (request) => {
  const response = await fetch(request.url, {
    method: request.method,
    headers: sent(request),
    redirect: 'manual',
    ...(request.body.byteLength > 0 &&
      request.method !== 'GET' &&
      request.method !== 'HEAD' && { body: request.body as Uint8Array<ArrayBuffer> }),
  });
  return {
    status: response.status,
    headers: comparable([...response.headers]),
    body: Buffer.from(await response.arrayBuffer()),
  };
};

const agent = new Agent({ keepAliveTimeout: 10 });

const viaUndici: Client = async (request) => {
  const response = await undiciRequest(request.url, {
    method: request.method as 'POST',
    headers: sent(request).flat(),
    dispatcher: agent,
    ...(request.body.byteLength > 0 && { body: request.body }),
  });
  const headers = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
    [value ?? ''].flat().map((one) => [name, one]),
  );
  return {
    status: response.statusCode,
    headers: comparable(headers),
    body: decoded(headers, Buffer.from(await response.body.arrayBuffer())),
  };
};

const viaHttp: Client = (request) =>
  new Promise((resolve, reject) => {
    const { request: send } = request.url.startsWith('https:') ? https : http;
    const outgoing = send(
      request.url,
      { method: request.method, headers: Object.fromEntries(sent(request)), agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const headers = fromRawHeaders(response.rawHeaders);
          resolve({
            status: response.statusCode!,
            headers: comparable(headers),
            body: decoded(headers, Buffer.concat(chunks)),
          });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(request.body.byteLength > 0 ? request.body : undefined);
  });

export const clients: Readonly<Record<'fetch' | 'undici' | 'node:http', Client>> = {
  fetch: viaFetch,
  undici: viaUndici,
  'node:http': viaHttp,
};

function decoded(headers: HeaderList, body: Buffer): Buffer {
  const coding = headerValue(headers, 'content-encoding')?.toLowerCase();
  if (body.byteLength === 0) return body;
  if (coding === 'gzip' || coding === 'x-gzip') return zlib.gunzipSync(body);
  if (coding === 'br') return zlib.brotliDecompressSync(body);
  if (coding === 'zstd') return zlib.zstdDecompressSync(body);
  return coding === 'deflate' ? zlib.inflateSync(body) : body;
}

const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

function comparable(headers: HeaderList): HeaderList {
  return headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !ofConnection.has(name))
    .toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
}
