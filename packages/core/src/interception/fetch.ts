import { TextEncoder } from 'node:util';
import type { HeaderList } from '../model/headers.ts';
import type { ExchangeHandler, Transport } from './transport.ts';
import { cutGrace, type Reply } from '../model/reply.ts';
import { handDown, handDownBody } from './handed-down.ts';
import type { FetchRealm } from '../model/fetch-realm.ts';

/** What the fetch transport needs of its surroundings. */
export interface FetchTransportOptions {
  /** The global object whose `fetch` is wrapped; test sandboxes have their own. Default `globalThis`. */
  readonly realm?: typeof globalThis;
  /** Makes the `Response` of a reply. */
  readonly toResponse: (
    reply: Reply,
    url: string,
    method: string,
    signal: AbortSignal | undefined,
    realm: FetchRealm,
  ) => Response;
  /** Called before a request is handed to the real fetch, so that the layer below is in place. */
  readonly beforeFetch?: () => void;
}

/**
 * The fast layer: answers replays of plain requests without undici and without sockets. Whatever is not plain (streams,
 * forms, redirects to follow, recording) goes through the real fetch to the layers below, with its decision if one was
 * made: a request is decided once.
 */
export function createFetchTransport({
  realm = globalThis,
  toResponse,
  beforeFetch,
}: FetchTransportOptions): Transport {
  let handler: ExchangeHandler | undefined;
  let original: typeof fetch | undefined;
  let isInstalled = false;

  const wrapped = {
    // A method for its name: stack traces and `fetch.name` read as without Reel.
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const real = original!;
      const plain = handler === undefined ? undefined : plainRequest(input, init, realm);
      if (plain === undefined) {
        beforeFetch?.();
        return real.call(realm, input as Request, init);
      }
      const plan = handler!.plan({ ...plain, transport: 'fetch' });
      if (plan.kind !== 'decide') {
        beforeFetch?.();
        const send = (): Promise<Response> => real.call(realm, input as Request, init);
        return plan.kind === 'stream' ? handDownBody(plain.body, send) : send();
      }
      const signal = init?.signal ?? undefined;
      if (signal?.aborted) throw signal.reason;
      const decision = plan.decide(plain.body);
      if (decision.kind === 'reply' && isPlayable(decision.reply, init)) {
        const { reply } = decision;
        if (reply.response === undefined) {
          await clientLeaving(reply, signal);
          throw new realm.TypeError('fetch failed', { cause: reply.error() });
        }
        return toResponse(reply, withoutFragment(plain.url), plain.method, signal, realm);
      }
      if (decision.kind === 'fail') throw new realm.TypeError('fetch failed', { cause: decision.error });
      beforeFetch?.();
      return handDown(decision, () => real.call(realm, input as Request, init));
    },
  }.fetch as typeof fetch;

  return {
    name: 'fetch',
    enable(next) {
      handler = next;
      if (typeof realm.fetch !== 'function' || isInstalled) return;
      // An application that kept the wrapper may have put it back itself.
      if (realm.fetch !== wrapped) original = realm.fetch;
      realm.fetch = wrapped;
      isInstalled = true;
    },
    disable() {
      handler = undefined;
      // Somebody wrapped the wrapper since (a spy, a tracer): it stays in the chain and passes everything on.
      if (realm.fetch !== wrapped) return;
      // Clients keep a reference to the wrapper for ever, so it keeps the original for ever.
      realm.fetch = original!;
      isInstalled = false;
    },
  };
}

interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/**
 * What a plain request may say. Whatever else there is (`integrity`, `window`, a dispatcher that may be a proxy or a mock...)
 * changes what fetch does or is refused by it.
 */
const plainOptions: ReadonlySet<string> = new Set([
  'method',
  'headers',
  'body',
  'signal',
  'redirect',
  'duplex',
  'keepalive',
  'timeout',
]);
/** In capitals or as fetch puts into capitals: `patch` it leaves small, and others it may refuse. */
const plainMethods: ReadonlySet<string> = new Set(
  ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']
    .flatMap((name) => [name, name.toLowerCase()])
    .concat('PATCH'),
);
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;
/** Latin-1 without control characters and, as fetch cuts them off, without blanks around it. */
const headerValue = /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/;

/**
 * The request when it can be read without touching it; `undefined` for everything that only the real fetch can interpret, or
 * refuses.
 */
function plainRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  realm: typeof globalThis,
): PlainRequest | undefined {
  const isText = typeof input === 'string';
  if (!isText && !(input instanceof URL)) return undefined;
  const url = isText ? input : input.href;
  if (!/^https?:\/\/[^/?#@]*(?:[/?#]|$)/i.test(url)) return undefined;
  if (init === undefined) return { method: 'GET', url, headers: [], body: nothing };
  for (const name in init) {
    if (!plainOptions.has(name) && init[name as keyof RequestInit] !== undefined) return undefined;
  }
  const { signal, redirect, method: given = 'GET' } = init;
  if (signal !== undefined && signal !== null && !(signal instanceof realm.AbortSignal)) return undefined;
  if (redirect !== undefined && redirect !== 'follow' && redirect !== 'manual' && redirect !== 'error')
    return undefined;
  if (!plainMethods.has(given)) return undefined;
  const method = given.toUpperCase();
  const body = plainBody(init.body);
  if (body === undefined) return undefined;
  if (init.body !== undefined && init.body !== null && (method === 'GET' || method === 'HEAD'))
    return undefined;
  const headers = plainHeaders(init.headers, realm);
  if (headers === undefined) return undefined;
  if (body.type !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['content-type', body.type]);
  }
  return { method, url, headers, body: body.bytes };
}

function plainBody(body: RequestInit['body']): { bytes: Uint8Array; type?: string } | undefined {
  if (body === undefined || body === null) return { bytes: nothing };
  if (typeof body === 'string') return { bytes: encoder.encode(body), type: 'text/plain;charset=UTF-8' };
  if (ArrayBuffer.isView(body))
    return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body) };
  if (body instanceof URLSearchParams) {
    return {
      bytes: encoder.encode(body.toString()),
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
    };
  }
  return undefined;
}

function plainHeaders(
  headers: RequestInit['headers'],
  realm: typeof globalThis,
): [string, string][] | undefined {
  if (headers === undefined) return [];
  if (headers === null || typeof headers !== 'object') return undefined;
  if (headers instanceof realm.Headers) return [...headers];
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return pairs.every(isPlainHeader) ? pairs : undefined;
}

function isPlainHeader(pair: readonly unknown[]): pair is [string, string] {
  const [name, value] = pair;
  return (
    pair.length === 2 &&
    typeof name === 'string' &&
    headerName.test(name) &&
    typeof value === 'string' &&
    headerValue.test(value)
  );
}

/**
 * A client that had left before the answer came leaves again, by its own clock and with its own reason; a recording of it has nothing
 * else to say. Rejects with that reason.
 */
async function clientLeaving({ ending, wait }: Reply, signal: AbortSignal | undefined): Promise<void> {
  if (ending.kind === 'aborted' && ending.by === 'client') await wait(cutGrace, signal);
}

/** Redirects that the client wants followed, and statuses that `new Response` refuses, are left to the real fetch. */
function isPlayable(reply: Reply, init: RequestInit | undefined): boolean {
  if (reply.response === undefined) return true;
  const { status, headers } = reply.response;
  if (status < 200 || status > 599) return false;
  const isRedirect =
    status >= 301 && status <= 308 && headers.some(([name]) => name.toLowerCase() === 'location');
  return !isRedirect || init?.redirect === 'manual';
}

function withoutFragment(url: string): string {
  // The URL of a response is the serialized one: https://host gets its slash.
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}
