import { TextDecoder } from 'node:util';
import type { FetchRealm } from '../model/fetch-realm.ts';
import type { Reply } from '../model/reply.ts';
import { joinChunks } from '../model/chunk.ts';
import { streamBody } from './stream.ts';

/** Statuses whose responses have no body by the fetch standard; the constructor refuses one. */
const bodiless = new Set([101, 103, 204, 205, 304]);

type ResponseFactory = (
  reply: Reply,
  url: string,
  method: string,
  signal: AbortSignal | undefined,
) => Response;

/** A factory per realm, because `class extends Response` must extend the realm's own. */
const factories = new WeakMap<object, ResponseFactory>();

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

/** What a replayed response is made of beside its status and headers. */
interface State {
  readonly url: string;
  /** Gives the whole body when it is there at once: without a stream, as long as nobody asks for one. */
  readonly whole: (() => Uint8Array) | undefined;
  /** Makes the response that holds the real body. Not called twice: see `real`. */
  readonly materialize: () => Response;
  /** The response that holds the real body, once somebody wanted more than `text()`, `json()` or `arrayBuffer()`. */
  real: Response | undefined;
  isUsed: boolean;
}

const decoder = new TextDecoder();

function createFactory(realm: FetchRealm): ResponseFactory {
  const states = new WeakMap<Response, State>();
  const stateOf = (response: Response): State => states.get(response)!;
  const realOf = (response: Response): Response => {
    const state = stateOf(response);
    state.real ??= state.materialize();
    return state.real;
  };

  /** Takes the whole body once, or `undefined` when it has to come through a stream. */
  function takeWhole(state: State): Uint8Array | undefined {
    if (state.real !== undefined || state.whole === undefined) return undefined;
    if (state.isUsed) throw new realm.TypeError('Body is unusable: Body has already been read');
    state.isUsed = true;
    return state.whole();
  }

  // Three quarters of the price of a fetch Response is the stream inside it, and most clients of small answers never look at
  // it: the stream is made when it is asked for. A Response made by hand has no URL and type "default"; clients and
  // loggers look at both.
  class ReplayedResponse extends realm.Response {}
  Object.defineProperties(ReplayedResponse.prototype, {
    url: getter((response) => stateOf(response).url),
    type: getter(() => 'basic'),
    body: getter((response) => realOf(response).body),
    bodyUsed: getter((response) => {
      const state = stateOf(response);
      return state.isUsed || state.real?.bodyUsed === true;
    }),
    text: method(async (response) => {
      const whole = takeWhole(stateOf(response));
      return whole === undefined ? realOf(response).text() : decoder.decode(whole);
    }),
    json: method(async (response) => {
      const whole = takeWhole(stateOf(response));
      return whole === undefined ? realOf(response).json() : (JSON.parse(decoder.decode(whole)) as unknown);
    }),
    arrayBuffer: method(async (response) => {
      const whole = takeWhole(stateOf(response));
      return whole === undefined ? realOf(response).arrayBuffer() : new Uint8Array(whole).buffer;
    }),
    bytes: method(async (response) => {
      const whole = takeWhole(stateOf(response));
      return whole === undefined
        ? new Uint8Array(await realOf(response).arrayBuffer())
        : new Uint8Array(whole);
    }),
    blob: method(async (response) => throughReal(response).blob()),
    formData: method(async (response) => throughReal(response).formData()),
    clone: method((response) => {
      const state = stateOf(response);
      const copy = throughReal(response).clone();
      return adopt(new ReplayedResponse(null, response), {
        ...state,
        whole: undefined,
        real: copy,
        isUsed: false,
      });
    }),
  });

  function throughReal(response: Response): Response {
    if (stateOf(response).isUsed) throw new realm.TypeError('Body is unusable: Body has already been read');
    return realOf(response);
  }

  function adopt(response: Response, state: State): Response {
    states.set(response, state);
    return response;
  }

  return (reply, url, requestMethod, signal) => {
    const { status, statusText, headers } = reply.response!;
    const init: ResponseInit = { status, statusText, headers: headers as [string, string][] };
    const hasBody = requestMethod !== 'HEAD' && !bodiless.has(status);
    const response = new ReplayedResponse(null, init);
    return adopt(response, {
      url,
      whole: hasBody ? wholeOf(reply) : undefined,
      materialize: () =>
        new realm.Response(hasBody ? streamBody(reply, signal, realm) : null, {
          status,
          statusText,
          // `blob()` and `formData()` read the content type, and nothing else is looked at.
          headers: response.headers,
        }),
      real: undefined,
      isUsed: false,
    });
  };
}

/** The body in one piece, when all of it may be given out at once. */
function wholeOf(reply: Reply): (() => Uint8Array) | undefined {
  const { chunks, ending } = reply;
  if (ending.kind !== 'end') return undefined;
  if (reply.isPaced) return undefined;
  return () => (chunks.length === 1 ? chunks[0]! : joinChunks(chunks.map((bytes) => ({ bytes }))));
}

function getter(get: (response: Response) => unknown): PropertyDescriptor {
  return {
    get(this: Response) {
      return get(this);
    },
    configurable: true,
    enumerable: true,
  };
}

function method(run: (response: Response) => unknown): PropertyDescriptor {
  return {
    value(this: Response) {
      return run(this);
    },
    configurable: true,
    writable: true,
  };
}
