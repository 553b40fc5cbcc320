import http, { request as earlyRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { Readable } from 'node:stream';
import axios from 'axios';
import got from 'got';
import * as undici8 from 'undici';
import * as undici7 from 'undici7';
import type { ConformanceClient, Scheme, Seen, Sent } from '@reel/testkit/transport-conformance';

/** Every kind of client the socket transport has to serve. Each has a pool of its own. */
export const clients: readonly ConformanceClient[] = [
  nodeClient('node:http', (scheme) => (scheme === 'https' ? https.request : http.request)),
  nodeClient('a request function taken before Reel', (scheme) =>
    scheme === 'https' ? https.request : earlyRequest,
  ),
  {
    name: 'axios',
    schemes: ['http', 'https'],
    lacks: ['expect-continue', 'raw-headers', 'trailers'],
    open(scheme, ca) {
      const agents = agentsFor(scheme, ca);
      return {
        send: (sent) =>
          readNode(sent, async (signal) => {
            const response = await axios.request<IncomingMessage>({
              url: sent.url,
              method: sent.method ?? 'GET',
              headers: { ...sent.headers },
              data: nodeBody(sent),
              ...agents,
              signal,
              adapter: 'http',
              proxy: false,
              responseType: 'stream',
              decompress: false,
              maxRedirects: 0,
              maxBodyLength: Infinity,
              validateStatus: () => true,
            });
            return {
              status: response.status,
              statusText: response.statusText,
              headers: lowered(Object.entries(response.headers)),
              body: response.data,
            };
          }),
        close: () => agents.httpAgent.destroy(),
      };
    },
  },
  {
    name: 'got',
    schemes: ['http', 'https'],
    lacks: ['expect-continue', 'raw-headers', 'trailers'],
    open(scheme, ca) {
      const { httpAgent, httpsAgent } = agentsFor(scheme, ca);
      return {
        send: (sent) =>
          readNode(sent, (signal) => {
            const body = nodeBody(sent);
            const stream = got.stream(sent.url, {
              method: (sent.method ?? 'GET') as 'GET',
              headers: { ...sent.headers },
              ...(body !== undefined && { body: body as Buffer }),
              agent: { http: httpAgent, https: httpsAgent },
              https: { certificateAuthority: ca },
              signal,
              decompress: false,
              followRedirect: false,
              throwHttpErrors: false,
              retry: { limit: 0 },
            });
            if (body === undefined && sent.method === 'DELETE') stream.end();
            return new Promise((resolve, reject) => {
              stream.once('error', reject);
              stream.once('response', (response: IncomingMessage) => {
                resolve({
                  status: response.statusCode!,
                  statusText: response.statusMessage!,
                  headers: pairs(response.rawHeaders),
                  body: stream,
                });
              });
            });
          }),
        close: () => httpAgent.destroy(),
      };
    },
  },
  ...undiciClients('undici 8', undici8 as unknown as Undici),
  ...undiciClients('undici 7', undici7 as unknown as Undici),
  {
    name: 'the fetch of Node',
    schemes: ['http'],
    lacks: ['expect-continue', 'raw-headers', 'trailers', 'keep-alive'],
    open: () => ({ send: (sent) => readFetch(sent, globalThis.fetch, {}), close: () => {} }),
  },
  { name: 'node:http2', schemes: ['h2c', 'h2'], lacks: ['expect-continue'], open: openHttp2 },
];

interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Readable;
  readonly trailers?: () => readonly (readonly [string, string])[];
}

function nodeClient(name: string, requestOf: (scheme: Scheme) => typeof http.request): ConformanceClient {
  return {
    name,
    schemes: ['http', 'https'],
    open(scheme, ca) {
      const { httpAgent, httpsAgent } = agentsFor(scheme, ca);
      const agent = scheme === 'https' ? httpsAgent : httpAgent;
      return {
        send: (sent) =>
          readNode(sent, (signal) => {
            const request = requestOf(scheme)(sent.url, {
              method: sent.method ?? 'GET',
              headers: {
                ...(sent.body instanceof Uint8Array && { 'content-length': sent.body.byteLength }),
                ...sent.headers,
              },
              agent,
              signal,
            });
            const head = new Promise<Head>((resolve, reject) => {
              request.once('error', reject);
              request.once('response', (response) => {
                resolve({
                  status: response.statusCode!,
                  statusText: response.statusMessage!,
                  headers: pairs(response.rawHeaders),
                  body: response,
                  trailers: () => pairs(response.rawTrailers),
                });
              });
            });
            if (sent.headers?.['expect'] === undefined) sendNodeBody(request, sent);
            else request.once('continue', () => sendNodeBody(request, sent));
            return head;
          }),
        close: () => agent.destroy(),
      };
    },
  };
}

function sendNodeBody(request: ClientRequest, { body }: Sent): void {
  if (body === undefined || body instanceof Uint8Array) request.end(body);
  else Readable.from(body).pipe(request);
}

function agentsFor(scheme: Scheme, ca: string): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  const options = { keepAlive: true };
  const httpsAgent = new https.Agent({ ...options, ca });
  return { httpAgent: scheme === 'https' ? (httpsAgent as http.Agent) : new http.Agent(options), httpsAgent };
}

type Undici = typeof undici8;

function undiciClients(name: string, undici: Undici): ConformanceClient[] {
  const schemes = ['http', 'https'] as const;
  const make = (ca: string): undici8.Agent => new undici.Agent({ connect: { ca } });
  const options = (sent: Sent, signal: AbortSignal) => ({
    method: (sent.method ?? 'GET') as 'GET',
    headers: { ...sent.headers },
    body: nodeBody(sent) ?? null,
    signal,
  });
  return [
    {
      name: `${name} request`,
      schemes,
      lacks: ['expect-continue', 'raw-headers'],
      open(_scheme, ca) {
        const dispatcher = make(ca);
        return {
          send: (sent) =>
            readNode(sent, async (signal) => {
              const response = await undici.request(sent.url, { ...options(sent, signal), dispatcher });
              return {
                status: response.statusCode,
                statusText: '',
                headers: lowered(Object.entries(response.headers)),
                body: response.body,
                trailers: () => lowered(Object.entries(response.trailers)),
              };
            }),
          close: () => dispatcher.destroy(),
        };
      },
    },
    {
      name: `${name} stream`,
      schemes,
      lacks: ['expect-continue', 'raw-headers', 'trailers'],
      open(_scheme, ca) {
        const dispatcher = make(ca);
        return {
          send: (sent) =>
            readNode(
              sent,
              (signal) =>
                new Promise((resolve, reject) => {
                  undici
                    .stream(sent.url, { ...options(sent, signal), dispatcher }, ({ statusCode, headers }) => {
                      const { readable, writable } = passThrough();
                      resolve({
                        status: statusCode,
                        statusText: '',
                        headers: lowered(Object.entries(headers)),
                        body: readable,
                      });
                      return writable;
                    })
                    .catch(reject);
                }),
            ),
          close: () => dispatcher.destroy(),
        };
      },
    },
    {
      name: `${name} pipeline`,
      schemes,
      lacks: ['expect-continue', 'raw-headers', 'trailers', 'streamed-upload'],
      open(_scheme, ca) {
        const dispatcher = make(ca);
        return {
          send: (sent) =>
            readNode(
              sent,
              (signal) =>
                new Promise((resolve, reject) => {
                  const { body: _body, ...rest } = options(sent, signal);
                  const duplex = undici.pipeline(
                    sent.url,
                    { ...rest, dispatcher },
                    ({ statusCode, headers, body }) => {
                      resolve({
                        status: statusCode,
                        statusText: '',
                        headers: lowered(Object.entries(headers)),
                        body: duplex,
                      });
                      return body;
                    },
                  );
                  duplex.once('error', reject);
                  duplex.end(sent.body instanceof Uint8Array ? sent.body : undefined);
                }),
            ),
          close: () => dispatcher.destroy(),
        };
      },
    },
    {
      name: `${name} fetch`,
      schemes,
      lacks: ['expect-continue', 'raw-headers', 'trailers'],
      open(_scheme, ca) {
        const dispatcher = make(ca);
        return {
          send: (sent) => readFetch(sent, undici.fetch as unknown as typeof fetch, { dispatcher }),
          close: () => dispatcher.destroy(),
        };
      },
    },
  ];
}

function passThrough(): { readable: Readable; writable: import('node:stream').Writable } {
  const { PassThrough } = process.getBuiltinModule('node:stream');
  const stream = new PassThrough();
  return { readable: stream, writable: stream };
}

async function readNode(sent: Sent, ask: (signal: AbortSignal) => Promise<Head>): Promise<Seen> {
  const leaving = new AbortController();
  const pieces: Uint8Array[] = [];
  let head: Head | undefined;
  let headAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let hasLeft = false;
  const leave = (): void => {
    hasLeft = true;
    leaving.abort();
  };
  try {
    if (sent.patience !== undefined) timer = setTimeout(leave, sent.patience);
    if (sent.leaveAfter === 0) timer = setTimeout(leave, 80);
    head = await ask(leaving.signal);
    headAt = performance.now();
    const { body } = head;
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      // An empty body may be over before anybody looks.
      if (body.readableEnded) resolve();
      body.once('error', reject);
      body.once('end', resolve);
      body.once('close', () => {
        if (body.readableEnded) resolve();
        else reject(new Error('closed before its end'));
      });
      body.on('data', (piece: Uint8Array) => {
        pieces.push(piece);
        seen += piece.byteLength;
        if (sent.leaveAfter !== undefined && seen >= sent.leaveAfter) leave();
        if (sent.rest !== undefined) {
          body.pause();
          setTimeout(() => body.resume(), sent.rest);
        }
      });
    });
    return {
      ...headOf(head),
      pieces,
      headAt,
      endAt: performance.now(),
      ...(hasLeft ? { error: 'left' } : {}),
    };
  } catch (error) {
    return { ...headOf(head), pieces, error: hasLeft ? 'left' : codeOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function headOf(head: Head | undefined): Omit<Seen, 'pieces'> {
  if (head === undefined) return {};
  const { status, statusText, headers, trailers } = head;
  return { status, statusText, headers, ...(trailers && { trailers: trailers() }) };
}

async function readFetch(sent: Sent, fetch: typeof globalThis.fetch, extra: object): Promise<Seen> {
  const leaving = new AbortController();
  const pieces: Uint8Array[] = [];
  let head: Omit<Seen, 'pieces'> = {};
  let timer: NodeJS.Timeout | undefined;
  let hasLeft = false;
  const leave = (): void => {
    hasLeft = true;
    leaving.abort();
  };
  try {
    if (sent.patience !== undefined) timer = setTimeout(leave, sent.patience);
    if (sent.leaveAfter === 0) timer = setTimeout(leave, 80);
    const body =
      sent.body instanceof Uint8Array || sent.body === undefined ? sent.body : Readable.from(sent.body);
    const response = await fetch(sent.url, {
      method: sent.method ?? 'GET',
      headers: { ...sent.headers },
      body: (body ?? null) as RequestInit['body'],
      signal: leaving.signal,
      redirect: 'manual',
      duplex: 'half',
      ...extra,
    } as RequestInit);
    head = {
      headAt: performance.now(),
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
    };
    let seen = 0;
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      seen += piece.byteLength;
      if (sent.leaveAfter !== undefined && seen >= sent.leaveAfter) leave();
      if (sent.rest !== undefined) await new Promise((resolve) => setTimeout(resolve, sent.rest));
    }
    return {
      ...undecorated(head, pieces),
      pieces,
      endAt: performance.now(),
      ...(hasLeft ? { error: 'left' } : {}),
    };
  } catch (error) {
    return { ...undecorated(head, pieces), pieces, error: hasLeft ? 'left' : codeOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** What begins a zstd frame: RFC 8878, section 3.1.1. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** fetch decodes by itself and keeps the headers: to the suite such a body has no coding. The fetch of Node 22 knows no zstd. */
function undecorated(head: Omit<Seen, 'pieces'>, pieces: readonly Uint8Array[]): Omit<Seen, 'pieces'> {
  const isCoded = head.headers?.some(([name]) => name === 'content-encoding') === true;
  if (!isCoded || Buffer.concat(pieces).subarray(0, 4).equals(zstdMagic)) return head;
  const headers = head.headers!.filter(([name]) => name !== 'content-encoding' && name !== 'content-length');
  return { ...head, headers };
}

function openHttp2(_scheme: Scheme, ca: string): ReturnType<ConformanceClient['open']> {
  let session: http2.ClientHttp2Session | undefined;
  return {
    async send(sent) {
      const url = new URL(sent.url);
      if (session === undefined || session.destroyed) {
        session = http2.connect(url.origin, { ca });
        session.on('error', () => {});
      }
      const current = session;
      let reset = 0;
      const seen = await readNode(
        sent,
        (signal) =>
          new Promise((resolve, reject) => {
            const stream = current.request(
              { ':method': sent.method ?? 'GET', ':path': url.pathname + url.search, ...sent.headers },
              { signal, endStream: false },
            );
            let trailers: readonly (readonly [string, string])[] = [];
            stream.once('error', reject);
            stream.once('close', () => {
              reset = stream.rstCode ?? 0;
            });
            stream.once('close', () =>
              reject(Object.assign(new Error('closed'), { code: `closed ${stream.rstCode}` })),
            );
            stream.once('trailers', (_headers, _flags, ...rest) => {
              trailers = pairs((rest as unknown as [string[]])[0]);
            });
            stream.once('response', (headers, _flags, ...rest) => {
              resolve({
                status: Number(headers[':status']),
                statusText: '',
                headers: pairs((rest as unknown as [string[]])[0]),
                body: stream,
                trailers: () => trailers,
              });
            });
            if (sent.body === undefined || sent.body instanceof Uint8Array) stream.end(sent.body);
            else Readable.from(sent.body).pipe(stream);
          }),
      );
      // Node ends the body of a stream that was cut as if it were whole.
      await new Promise(setImmediate);
      return seen.error === undefined && reset !== 0 ? { ...seen, error: `closed ${reset}` } : seen;
    },
    close: () => session?.destroy(),
  };
}

function nodeBody({ body }: Sent): Buffer | Readable | undefined {
  if (body === undefined) return undefined;
  return body instanceof Uint8Array ? Buffer.from(body) : Readable.from(body);
}

function codeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: unknown; cause?: unknown; message: string };
  if (typeof code === 'string') return code;
  return cause === undefined ? message : codeOf(cause);
}

function pairs(raw: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    result.push([raw[index]!.toLowerCase(), raw[index + 1]!]);
  return result;
}

function lowered(entries: readonly (readonly [string, unknown])[]): [string, string][] {
  return entries.map(([name, value]) => [name.toLowerCase(), String(value)]);
}
