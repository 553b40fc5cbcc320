import { AsyncLocalStorage } from 'node:async_hooks';
import { fromRawHeaders, type HeaderList } from '../model/headers.ts';
import type { Ending } from '../model/interaction.ts';
import type { Tap } from '../model/tap.ts';

/** Flow control that a handler of undici 7 and later is given with each event. */
export interface DispatchController {
  abort(reason?: Error): void;
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  readonly aborted: boolean;
  readonly reason: Error | null;
  rawHeaders?: unknown;
  rawTrailers?: unknown;
}

/**
 * What dispatch is given to report to. Two generations: undici up to 6, the fetch of Node 22 and 24 and undici 7's own
 * callers use `onConnect`...`onError`; undici 8 and Node 26 use `onRequestStart`...`onResponseError`.
 * undici: `docs/docs/api/Dispatcher.md`, "Parameter: DispatchHandler".
 */
export interface DispatchHandler {
  onConnect?(abort: (reason?: Error) => void, context?: object): void;
  onHeaders?(status: number, headers: readonly Uint8Array[], resume: () => void, statusText: string): boolean;
  onData?(chunk: Uint8Array): boolean;
  onComplete?(trailers: readonly Uint8Array[]): void;
  onError?(error: Error): void;
  onUpgrade?(status: number, headers: unknown, socket: unknown): void;
  onResponseStarted?(): void;
  onBodySent?(chunk: unknown, total: number): void;
  onRequestSent?(): void;

  onRequestStart?(controller: DispatchController, context: object): void;
  onRequestUpgrade?(controller: DispatchController, status: number, headers: unknown, socket: unknown): void;
  onResponseStart?(
    controller: DispatchController,
    status: number,
    headers: HeaderRecord,
    statusText?: string,
  ): void;
  onResponseData?(controller: DispatchController, chunk: Uint8Array): void;
  onResponseEnd?(controller: DispatchController, trailers: HeaderRecord): void;
  onResponseError?(controller: DispatchController, error: Error): void;
}

export type HeaderRecord = Record<string, string | string[] | undefined>;

/** Whether a handler speaks the generation of undici 7 and later. */
export function isModernHandler(handler: DispatchHandler): boolean {
  return typeof handler.onRequestStart === 'function';
}

const handlerMethods = [
  'onConnect',
  'onHeaders',
  'onData',
  'onComplete',
  'onError',
  'onUpgrade',
  'onResponseStarted',
  'onBodySent',
  'onRequestSent',
  'onRequestStart',
  'onRequestUpgrade',
  'onResponseStart',
  'onResponseData',
  'onResponseEnd',
  'onResponseError',
] as const satisfies readonly (keyof DispatchHandler)[];

/**
 * The same handler, called in the async context of now. What a claimed connection reports arrives in the context of the claim, and
 * requests that the application sends from its callbacks would be taken for claimed as well.
 */
export function inCallersContext(handler: DispatchHandler): DispatchHandler {
  const inContext = AsyncLocalStorage.snapshot();
  const methods: Record<string, unknown> = {};
  for (const name of handlerMethods) {
    const method = handler[name] as ((...args: unknown[]) => unknown) | undefined;
    // undici checks for presence: only what the handler has is offered.
    if (typeof method === 'function') {
      methods[name] = (...args: unknown[]) => inContext(() => method.apply(handler, args));
    }
  }
  return methods;
}

/** The same handler with the tap listening. Only what the handler has is offered, because undici checks for presence. */
export function tapHandler(handler: DispatchHandler, tap: Tap): DispatchHandler {
  return isModernHandler(handler) ? tapModern(handler, tap) : tapLegacy(handler, tap);
}

function tapLegacy(handler: DispatchHandler, tap: Tap): DispatchHandler {
  let didClientAbort = false;
  return {
    ...bound(handler, ['onUpgrade', 'onResponseStarted', 'onBodySent', 'onRequestSent']),
    onConnect(abort, context) {
      handler.onConnect?.((reason) => {
        didClientAbort = true;
        abort(reason);
      }, context);
    },
    onHeaders(status, headers, resume, statusText) {
      if (status >= 200) tap.response(status, statusText, fromRawHeaders(headers.map(latin1)));
      return handler.onHeaders!(status, headers, resume, statusText);
    },
    onData(chunk) {
      tap.received(copyOf(chunk));
      return handler.onData!(chunk);
    },
    onComplete(trailers) {
      tap.ended(complete(fromRawHeaders((trailers ?? []).map(latin1))));
      handler.onComplete!(trailers);
    },
    onError(error) {
      tap.ended(failed(error, didClientAbort));
      handler.onError!(error);
    },
  };
}

function tapModern(handler: DispatchHandler, tap: Tap): DispatchHandler {
  let didClientAbort = false;
  return {
    ...bound(handler, ['onRequestUpgrade', 'onBodySent', 'onRequestSent', 'onResponseStarted']),
    onRequestStart(controller, context) {
      const abort = controller.abort.bind(controller);
      controller.abort = (reason) => {
        didClientAbort = true;
        abort(reason);
      };
      handler.onRequestStart!(controller, context);
    },
    onResponseStart(controller, status, headers, statusText) {
      if (status >= 200) tap.response(status, statusText ?? '', rawOrRecord(controller.rawHeaders, headers));
      handler.onResponseStart?.(controller, status, headers, statusText);
    },
    onResponseData(controller, chunk) {
      tap.received(copyOf(chunk));
      handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      tap.ended(complete(rawOrRecord(controller.rawTrailers, trailers)));
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError(controller, error) {
      tap.ended(failed(error, didClientAbort));
      handler.onResponseError?.(controller, error);
    },
  };
}

function bound(handler: DispatchHandler, names: readonly (keyof DispatchHandler)[]): DispatchHandler {
  const methods: Record<string, unknown> = {};
  for (const name of names) {
    const method = handler[name];
    if (typeof method === 'function') methods[name] = (method as () => unknown).bind(handler);
  }
  return methods;
}

/** undici gives each chunk a memory of its own for h1 bodies (llhttp copies), but a client may write into what it gets. */
function copyOf(chunk: Uint8Array): Uint8Array {
  return new Uint8Array(chunk);
}

function latin1(value: Uint8Array | string): string {
  return typeof value === 'string'
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
}

function rawOrRecord(raw: unknown, record: HeaderRecord | undefined): HeaderList {
  if (Array.isArray(raw)) return fromRawHeaders((raw as (Uint8Array | string)[]).map(latin1));
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(record ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.push([name, one]);
  }
  return pairs;
}

function complete(trailers: HeaderList): Ending {
  return trailers.length === 0 ? { kind: 'end' } : { kind: 'end', trailers };
}

function failed(error: Error & { code?: unknown }, didClientAbort: boolean): Ending {
  if (didClientAbort) return { kind: 'aborted', by: 'client' };
  return {
    kind: 'aborted',
    by: 'upstream',
    ...(typeof error.code === 'string' && { code: error.code }),
    message: error.message,
  };
}
