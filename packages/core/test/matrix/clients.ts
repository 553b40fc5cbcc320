import http from 'node:http';
import http2 from 'node:http2';
import { request as namedRequest } from 'node:http';
import axios from 'axios';
import got from 'got';
import * as undici8 from 'undici';
import * as undici7 from 'undici7';

/** What an application sees of one exchange, in a form that compares. */
export interface Seen {
  status?: number;
  headers?: [string, string][];
  body?: string;
  /** Codes along the chain of causes, the innermost last. */
  error?: string;
}

export interface Call {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** One way to speak HTTP. Clients that hand out raw bytes leave `accept-encoding` and decoding to the caller. */
export interface MatrixClient {
  readonly name: string;
  /** Follows redirects by itself. */
  readonly follows: boolean;
  send(call: Call): Promise<Seen>;
}

/** Connection state differs from run to run and is not the provider's. */
const ofConnection = new Set(['connection', 'keep-alive', 'date', 'transfer-encoding']);

function pairsOf(headers: Iterable<[string, string]>): [string, string][] {
  return [...headers]
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !ofConnection.has(name));
}

function rawPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairsOf(pairs);
}

function recordPairs(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return pairsOf(
    Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one): [string, string] => [
        name,
        one,
      ]),
    ),
  );
}

async function seen(run: (partial: Seen) => Promise<void>): Promise<Seen> {
  const result: Seen = {};
  try {
    await run(result);
  } catch (error) {
    result.error = codesOf(error);
  }
  return result;
}

function codesOf(error: unknown): string {
  const codes: string[] = [];
  for (
    let one = error as { code?: string; name?: string; cause?: unknown } | undefined;
    one !== undefined && one !== null;
    one = one.cause as typeof one
  ) {
    codes.push(one.code ?? one.name ?? String(one));
  }
  return codes.join(' < ');
}

const toText = (pieces: Uint8Array[]): string => Buffer.concat(pieces).toString('base64');

async function collect(body: AsyncIterable<Uint8Array>, result: Seen): Promise<void> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of body) pieces.push(Buffer.from(piece));
  } finally {
    result.body = toText(pieces);
  }
}

function fetchClient(name: string, send: typeof fetch): MatrixClient {
  return {
    name,
    follows: true,
    send: ({ url, method = 'GET', headers = {}, body }) =>
      seen(async (result) => {
        const response = await send(url, { method, headers, ...(body !== undefined && { body }) });
        result.status = response.status;
        result.headers = pairsOf(response.headers);
        if (response.body !== null)
          await collect(response.body as unknown as AsyncIterable<Uint8Array>, result);
      }),
  };
}

function requestClient(
  name: string,
  send: typeof undici8.request,
  dispatcher?: () => undici8.Dispatcher,
): MatrixClient {
  return {
    name,
    follows: false,
    send: ({ url, method = 'GET', headers = {}, body }) =>
      seen(async (result) => {
        const response = await send(url, {
          method: method as 'GET',
          headers,
          ...(body !== undefined && { body }),
          ...(dispatcher && { dispatcher: dispatcher() }),
        });
        result.status = response.statusCode;
        result.headers = recordPairs(response.headers);
        await collect(response.body, result);
      }),
  };
}

function nodeClient(
  name: string,
  send: (
    url: string,
    options: http.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ) => http.ClientRequest,
  agent: http.Agent,
): MatrixClient {
  return {
    name,
    follows: false,
    send: ({ url, method = 'GET', headers = {}, body }) =>
      seen(
        (result) =>
          new Promise((resolve, reject) => {
            const request = send(url, { method, headers, agent }, (response) => {
              result.status = response.statusCode!;
              result.headers = rawPairs(response.rawHeaders);
              collect(response, result).then(resolve, reject);
            });
            request.on('error', reject);
            request.end(body);
          }),
      ),
  };
}

const http2Client: MatrixClient = {
  name: 'node:http2',
  follows: false,
  send: ({ url, method = 'GET', headers = {}, body }) =>
    seen(async (result) => {
      const { origin, pathname, search } = new URL(url);
      const session = http2.connect(origin);
      try {
        await new Promise<void>((resolve, reject) => {
          session.on('error', reject);
          const stream = session.request({ ':method': method, ':path': pathname + search, ...headers });
          stream.on('response', (head) => {
            result.status = head[':status']!;
            result.headers = recordPairs(
              Object.fromEntries(Object.entries(head).filter(([key]) => !key.startsWith(':'))) as Record<
                string,
                string
              >,
            );
          });
          stream.on('error', reject);
          collect(stream, result).then(resolve, reject);
          stream.end(body);
        });
      } finally {
        session.destroy();
      }
    }),
};

const axiosClient: MatrixClient = {
  name: 'axios',
  follows: true,
  send: ({ url, method = 'GET', headers = {}, body }) =>
    seen(async (result) => {
      const response = await axios.request<AsyncIterable<Uint8Array>>({
        url,
        method,
        headers,
        data: body,
        adapter: 'http',
        proxy: false,
        responseType: 'stream',
        validateStatus: () => true,
      });
      result.status = response.status;
      result.headers = recordPairs(response.headers as Record<string, string>);
      await collect(response.data, result);
    }),
};

const gotClient: MatrixClient = {
  name: 'got',
  follows: true,
  send: ({ url, method = 'GET', headers = {}, body }) =>
    seen(async (result) => {
      const response = await got(url, {
        method: method as 'GET',
        headers,
        ...(body !== undefined && { body }),
        responseType: 'buffer',
        throwHttpErrors: false,
        retry: { limit: 0 },
        // got turns a form that is redirected by 307 away otherwise; it does not matter to what is measured here.
        methodRewriting: false,
      });
      result.status = response.statusCode;
      result.headers = recordPairs(response.headers);
      result.body = toText([response.rawBody]);
    }),
};

/** Every client of the matrix. Agents are made per call of this function, before Reel starts: they are covered all the same. */
export function matrixClients(): MatrixClient[] {
  const agent8 = new undici8.Agent();
  const agent7 = new undici7.Agent();
  return [
    fetchClient('global fetch', (...args) => fetch(...args)),
    fetchClient('global fetch taken before the recorder started', globalThis.fetch),
    fetchClient('undici 8 fetch', undici8.fetch as unknown as typeof fetch),
    fetchClient('undici 7 fetch', undici7.fetch as unknown as typeof fetch),
    requestClient('undici 8 request', undici8.request),
    requestClient('undici 7 request', undici7.request as unknown as typeof undici8.request),
    requestClient('undici 8 request with an agent of its own', undici8.request, () => agent8),
    requestClient(
      'undici 7 request with an agent of its own',
      undici7.request as unknown as typeof undici8.request,
      () => agent7 as unknown as undici8.Dispatcher,
    ),
    nodeClient('node:http', (...args) => http.request(...args), new http.Agent({ keepAlive: true })),
    nodeClient('node:http by a named import', namedRequest, new http.Agent({ keepAlive: false })),
    axiosClient,
    gotClient,
    http2Client,
  ];
}
