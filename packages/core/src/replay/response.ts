import type { Reply } from '../model/reply.ts';
import { streamBody } from './stream.ts';

/** Statuses whose responses have no body by the fetch standard; the constructor refuses one. */
const bodiless = new Set([101, 103, 204, 205, 304]);

/** The members of a realm's globals this file needs; each Jest or vm sandbox has its own. */
export interface FetchRealm {
  readonly Response: typeof Response;
  readonly ReadableStream: typeof ReadableStream;
  readonly TypeError: typeof TypeError;
}

/** A factory per realm, because `class extends Response` must extend the realm's own. */
const factories = new WeakMap<object, ResponseFactory>();

type ResponseFactory = (reply: Reply, url: string, method: string, signal: AbortSignal | undefined) => Response;

/**
 * The fetch `Response` of a reply: the fast way, without sockets and without undici. Rejections and body errors are
 * those of Node's fetch: `TypeError: fetch failed` and `TypeError: terminated`, with the network error as `cause`.
 */
export function toResponse(
  reply: Reply,
  url: string,
  method: string,
  signal: AbortSignal | undefined,
  realm: FetchRealm,
): Response {
  let factory = factories.get(realm);
  if (factory === undefined) {
    factory = createFactory(realm);
    factories.set(realm, factory);
  }
  return factory(reply, url, method, signal);
}

function createFactory(realm: FetchRealm): ResponseFactory {
  const urls = new WeakMap<Response, string>();

  // A Response made by hand has no URL and type "default"; clients and loggers look at both.
  class ReplayedResponse extends realm.Response {}
  const { clone } = realm.Response.prototype;
  Object.defineProperties(ReplayedResponse.prototype, {
    url: {
      get(this: Response) {
        return urls.get(this) ?? '';
      },
    },
    type: { value: 'basic' },
    clone: {
      value(this: Response) {
        return adopt(clone.call(this), this.url);
      },
    },
  });

  function adopt(response: Response, url: string): Response {
    if (!(response instanceof ReplayedResponse)) Object.setPrototypeOf(response, ReplayedResponse.prototype);
    urls.set(response, url);
    return response;
  }

  return (reply, url, method, signal) => {
    const { status, statusText, headers } = reply.response!;
    const init: ResponseInit = { status, statusText, headers: headers as [string, string][] };
    return adopt(new ReplayedResponse(bodyOf(reply, method, signal, realm), init), url);
  };
}

type BodyOfResponse = ConstructorParameters<typeof Response>[0];

function bodyOf(reply: Reply, method: string, signal: AbortSignal | undefined, realm: FetchRealm): BodyOfResponse {
  if (method === 'HEAD' || bodiless.has(reply.response!.status)) return null;
  const isWhole = reply.chunks.length <= 1 && reply.ending.kind === 'end' && reply.delayBefore(0) === 0;
  if (!isWhole) return streamBody(reply, signal, realm);
  // Bytes and not a string: a string body would add a content-type that was never sent. The constructor copies them.
  return (reply.chunks[0] as Uint8Array<ArrayBuffer> | undefined) ?? new Uint8Array(0);
}
