import { endpointOf } from '../model/endpoint.ts';
import type { HeaderList } from '../model/headers.ts';
import { fromRawHeaders } from '../model/headers.ts';
import type { Tap } from '../model/tap.ts';
import { runClaimed } from './claim.ts';
import { takeHandedDown } from './handed-down.ts';
import type { Decision, ExchangeHandler, Transport, Upstream } from './transport.ts';
import { playToDispatchHandler } from './undici-play.ts';
import { isImmediate, readRequestBody, tapRequestBody } from './undici-body.ts';
import { inCallersContext, tapHandler, type DispatchHandler } from './undici-handler.ts';

/** The dispatch options Reel reads; undici has many more, which are passed on as they are. */
export interface DispatchOptions {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
  readonly query?: Record<string, unknown>;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly upgrade?: boolean | string | null;
}

type Dispatch = (this: unknown, options: DispatchOptions, handler: DispatchHandler) => boolean;

interface Dispatcher {
  dispatch: Dispatch;
}

/**
 * Where every copy of undici keeps the dispatcher that `fetch`, `request`, `stream` and `pipeline` use unless they are given
 * one: `.1` is read by Node 22 and 24 and undici up to 7, `.2` by Node 26 and undici 8; both may be set at once.
 */
const slots = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

/** Marks a dispatcher whose `dispatch` is ours, for any copy of this file. */
const mark = Symbol.for('reel.dispatch');

/**
 * The global dispatchers of undici, Node's own included. Their `dispatch` is replaced on the instance, so that identity,
 * `close()`, interceptors and whatever the application set stay as they are. A dispatcher passed per call, and one set
 * later, is seen by the socket layer; {@link UndiciTransport.patchGlobals} brings a newly set global one back into this layer.
 */
export interface UndiciTransport extends Transport {
  /** Covers global dispatchers that were set since the last call. Cheap: two look-ups. */
  patchGlobals(): void;
  /** The same, and Node's own undici, which does not exist before the first fetch. */
  beforeFetch(): void;
}

export function createUndiciTransport(realm: typeof globalThis = globalThis): UndiciTransport {
  let handler: ExchangeHandler | undefined;
  const patched = new Set<Dispatcher>();
  // A dispatcher may wrap another global one (undici 8 keeps a compatibility wrapper in slot 1): decided once, outermost.
  let isNested = false;

  function patchGlobals(): void {
    if (handler === undefined) return;
    for (const slot of slots) {
      const dispatcher = (realm as unknown as Record<symbol, Dispatcher | undefined>)[slot];
      if (dispatcher === undefined || mark in dispatcher.dispatch) continue;
      patch(dispatcher);
    }
  }

  function patch(dispatcher: Dispatcher): void {
    const original = dispatcher.dispatch;
    const dispatch: Dispatch = function dispatch(options, next) {
      if (handler === undefined || isNested) return original.call(dispatcher, options, next);
      return intercept(handler, options, next, (sent, listener) => {
        isNested = true;
        try {
          return original.call(dispatcher, sent, listener);
        } finally {
          isNested = false;
        }
      });
    };
    Object.defineProperty(dispatch, mark, { value: true });
    Object.defineProperty(dispatcher, 'dispatch', { value: dispatch, configurable: true, writable: true });
    patched.add(dispatcher);
  }

  return {
    name: 'undici',
    enable(next) {
      handler = next;
      patchGlobals();
    },
    disable() {
      handler = undefined;
      for (const dispatcher of patched) {
        if (Object.hasOwn(dispatcher, 'dispatch') && mark in dispatcher.dispatch) {
          delete (dispatcher as Partial<Dispatcher>).dispatch;
        }
      }
      patched.clear();
    },
    patchGlobals,
    beforeFetch() {
      loadBuiltinUndici(realm);
      patchGlobals();
    },
  };
}

/** Node creates its own undici, and the global dispatcher with it, at the first mention of a fetch class. */
function loadBuiltinUndici(realm: typeof globalThis): void {
  void realm.Headers;
}

type Send = (options: DispatchOptions, handler: DispatchHandler) => boolean;

function intercept(
  handler: ExchangeHandler,
  options: DispatchOptions,
  next: DispatchHandler,
  send: Send,
): boolean {
  const handed = takeHandedDown();
  if (handed.decision !== undefined) {
    carryOut(handed.decision, handler, options, next, send);
    return true;
  }
  const target = targetOf(options);
  // A WebSocket of undici's: the layer of the connections serves what follows the handshake.
  if (target === undefined || options.upgrade) return send(options, next);
  const headers = headerPairs(options.headers);
  const plan = handler.plan({ method: options.method, url: target.href, headers, transport: 'undici' });
  switch (plan.kind) {
    case 'passthrough':
      return handler.watches(endpointOf(target)) ? claimed(send, options, next) : send(options, next);
    case 'stream':
      forward(plan.open(), handler, options, next, send, (body, tap) => {
        if (handed.body === undefined) return tapRequestBody(body, tap);
        tap.sent(handed.body);
        return body;
      });
      return true;
    case 'decide':
      if (isImmediate(options.body)) {
        const body = readRequestBody(options.body) as Uint8Array;
        carryOut(plan.decide(body), handler, options, next, send);
      } else {
        void decideLater(plan.decide, handler, options, next, send);
      }
      return true;
  }
}

async function decideLater(
  decide: (body: Uint8Array) => Decision,
  handler: ExchangeHandler,
  options: DispatchOptions,
  next: DispatchHandler,
  send: Send,
): Promise<void> {
  let body: Uint8Array;
  try {
    body = await readRequestBody(options.body);
  } catch (error) {
    playToDispatchHandler({ error: error as Error }, next, options.method);
    return;
  }
  // The stream is spent: what goes upstream is what was read.
  carryOut(decide(body), handler, { ...options, body }, next, send);
}

function carryOut(
  decision: Decision,
  handler: ExchangeHandler,
  options: DispatchOptions,
  next: DispatchHandler,
  send: Send,
): void {
  switch (decision.kind) {
    case 'reply':
      playToDispatchHandler({ reply: decision.reply }, next, options.method);
      return;
    case 'fail':
      playToDispatchHandler({ error: decision.error }, next, options.method);
      return;
    case 'upstream':
      forward(decision.upstream, handler, options, next, send, (body) => body);
  }
}

/** Sends an exchange upstream through the dispatcher's own code, with the tap listening at its handler. */
function forward(
  upstream: Upstream,
  handler: ExchangeHandler,
  options: DispatchOptions,
  next: DispatchHandler,
  send: Send,
  tapBody: (body: unknown, tap: Tap) => unknown,
): void {
  const url = new URL(upstream.url);
  const refused = handler.refusesConnection(endpointOf(url));
  if (refused !== undefined) {
    playToDispatchHandler({ error: refused }, next, options.method);
    return;
  }
  const { query: _merged, ...rest } = options;
  const sent: DispatchOptions = {
    ...rest,
    origin: url.origin,
    path: url.pathname + url.search,
    body: tapBody(options.body, upstream.tap),
    ...(upstream.headers && { headers: upstream.headers.flat() }),
  };
  claimed(send, sent, next, upstream.tap);
}

function claimed(send: Send, options: DispatchOptions, next: DispatchHandler, tap?: Tap): boolean {
  const own = inCallersContext(next);
  return runClaimed(() => send(options, tap === undefined ? own : tapHandler(own, tap)));
}

function targetOf({ origin, path, query }: DispatchOptions): URL | undefined {
  if (origin === undefined) return undefined;
  const url = URL.parse(path, String(origin));
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url;
}

/** undici takes headers as a flat array, a record (values may be arrays), or any iterable of pairs. */
function headerPairs(headers: unknown): HeaderList {
  if (headers === undefined || headers === null) return [];
  if (Array.isArray(headers) && (headers.length === 0 || !Array.isArray(headers[0]))) {
    return fromRawHeaders(headers.map(String));
  }
  const entries =
    Symbol.iterator in (headers as object)
      ? (headers as Iterable<[string, string | string[]]>)
      : Object.entries(headers as Record<string, string | string[] | undefined>);
  const pairs: [string, string][] = [];
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.push([name, String(one)]);
  }
  return pairs;
}
