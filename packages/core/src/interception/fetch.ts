import type { HeaderList } from '../model/headers.ts';
import type { Decision, ExchangeHandler, Transport } from './transport.ts';
import { handDown } from './handed-down.ts';
import type { FetchRealm } from '../replay/response.ts';

/** What the fetch transport needs of its surroundings. */
export interface FetchTransportOptions {
  /** The global object whose `fetch` is wrapped; test sandboxes have their own. Default `globalThis`. */
  readonly realm?: typeof globalThis;
  /** Makes the `Response` of a reply. */
  readonly toResponse: (
    reply: Extract<Decision, { kind: 'reply' }>['reply'],
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
export function createFetchTransport({ realm = globalThis, toResponse, beforeFetch }: FetchTransportOptions): Transport {
  let handler: ExchangeHandler | undefined;
  let original: typeof fetch | undefined;

  const wrapped = {
    // A method for its name: stack traces and `fetch.name` read as without Reel.
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const real = original!;
      const plain = handler === undefined ? undefined : plainRequest(input, init);
      if (plain === undefined) {
        beforeFetch?.();
        return real.call(realm, input as Request, init);
      }
      const plan = handler!.plan({ ...plain, transport: 'fetch' });
      if (plan.kind !== 'decide') {
        beforeFetch?.();
        return real.call(realm, input as Request, init);
      }
      const signal = init?.signal ?? undefined;
      if (signal?.aborted) throw signal.reason;
      const decision = plan.decide(plain.body);
      if (decision.kind === 'reply' && isPlayable(decision.reply, init)) {
        const { reply } = decision;
        if (reply.response === undefined) throw new realm.TypeError('fetch failed', { cause: reply.error() });
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
      if (typeof realm.fetch !== 'function' || original !== undefined) return;
      original = realm.fetch;
      realm.fetch = wrapped;
    },
    disable() {
      handler = undefined;
      // Clients keep a reference to the wrapper for ever; it passes everything on once there is no handler.
      if (realm.fetch !== wrapped) return;
      realm.fetch = original!;
      original = undefined;
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

/** The request when it can be read without touching it; `undefined` for everything that only the real fetch can interpret. */
function plainRequest(input: string | URL | Request, init: RequestInit | undefined): PlainRequest | undefined {
  const isText = typeof input === 'string';
  if (!isText && !(input instanceof URL)) return undefined;
  const url = isText ? input : input.href;
  if (!/^https?:\/\//i.test(url)) return undefined;
  if (init === undefined) return { method: 'GET', url, headers: [], body: nothing };
  // A dispatcher of one's own (undici) may be a proxy or a mock: the socket layer sees what becomes of it.
  if ('dispatcher' in init && init['dispatcher'] !== undefined) return undefined;
  const body = plainBody(init.body);
  if (body === undefined) return undefined;
  const method = init.method === undefined ? 'GET' : init.method.toUpperCase();
  if (body.bytes.byteLength > 0 && (method === 'GET' || method === 'HEAD')) return undefined;
  const headers = plainHeaders(init.headers);
  if (body.type !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['content-type', body.type]);
  }
  return { method, url, headers, body: body.bytes };
}

function plainBody(body: RequestInit['body']): { bytes: Uint8Array; type?: string } | undefined {
  if (body === undefined || body === null) return { bytes: nothing };
  if (typeof body === 'string') return { bytes: encoder.encode(body), type: 'text/plain;charset=UTF-8' };
  if (ArrayBuffer.isView(body)) return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body) };
  if (body instanceof URLSearchParams) {
    return { bytes: encoder.encode(body.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  return undefined;
}

function plainHeaders(headers: RequestInit['headers']): [string, string][] {
  if (headers === undefined) return [];
  if (Array.isArray(headers) || Symbol.iterator in headers) return [...(headers as Iterable<[string, string]>)];
  return Object.entries(headers as Record<string, string>);
}

/** Redirects that the client wants followed, and statuses that `new Response` refuses, are left to the real fetch. */
function isPlayable(reply: Extract<Decision, { kind: 'reply' }>['reply'], init: RequestInit | undefined): boolean {
  if (reply.response === undefined) return true;
  const { status, headers } = reply.response;
  if (status < 200 || status > 599) return false;
  const isRedirect = status >= 301 && status <= 308 && headers.some(([name]) => name.toLowerCase() === 'location');
  return !isRedirect || init?.redirect === 'manual';
}

function withoutFragment(url: string): string {
  // The URL of a response is the serialized one: https://host gets its slash.
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}
