import { breakGrace, cutGrace, type Reply } from '../model/reply.ts';
import { toRawHeaders, type HeaderList } from '../model/headers.ts';
import { compressChunks } from './compress.ts';
import {
  isModernHandler,
  type DispatchController,
  type DispatchHandler,
  type HeaderRecord,
} from './undici-handler.ts';

/** What is played: an answer from tape, or a failure before any answer. */
export type Played = { readonly reply: Reply } | { readonly error: Error };

const captured = { queueMicrotask: globalThis.queueMicrotask };

/**
 * Plays an answer to a dispatch handler of either generation, as a connection would: never before `dispatch` has returned,
 * paused when the handler asks, ended by an abort.
 */
export function playToDispatchHandler(played: Played, handler: DispatchHandler, method: string): void {
  const sink = isModernHandler(handler) ? new ModernSink(handler) : new LegacySink(handler);
  captured.queueMicrotask(() => {
    try {
      sink.start();
    } catch (error) {
      sink.error(error as Error);
      return;
    }
    if ('error' in played) sink.error(played.error);
    else play(played.reply, sink, method).catch((error: unknown) => sink.error(error as Error));
  });
}

async function play(reply: Reply, sink: Sink, method: string): Promise<void> {
  if (sink.aborted) return;
  if (reply.response === undefined) {
    if (reply.ending.kind === 'aborted' && reply.ending.by === 'client') {
      await reply.wait(cutGrace, sink.signal).catch(() => {});
      if (sink.aborted) return reply.abandoned();
    }
    sink.error(reply.error());
    return;
  }
  const { status, statusText, headers } = reply.response;
  const isBodiless = method === 'HEAD' || status === 204 || status === 304;
  const isEncoded = !isBodiless && reply.contentEncoding !== undefined;
  const body = isEncoded ? await compressChunks(reply.chunks, reply.contentEncoding!) : reply.chunks;
  if (sink.aborted) return;
  sink.head(status, statusText, isEncoded ? withLength(headers, body) : headers);
  if (!isBodiless) {
    for (let index = 0; index < body.length; index++) {
      const delay = reply.delayBefore(index);
      if (delay > 0) await reply.wait(delay, sink.signal).catch(() => {});
      if (sink.paused) await sink.resumed();
      if (sink.aborted) return reply.abandoned();
      if (body[index]!.byteLength > 0) sink.data(body[index]!);
    }
  }
  const { ending } = reply;
  if (ending.kind === 'aborted') {
    await reply.wait(ending.by === 'client' ? cutGrace : breakGrace, sink.signal).catch(() => {});
  }
  if (sink.paused) await sink.resumed();
  if (sink.aborted) return reply.abandoned();
  if (ending.kind === 'end') sink.end(ending.trailers ?? []);
  else sink.error(reply.error());
}

/** The body was compressed anew and may be longer or shorter than the one that was received. */
function withLength(headers: HeaderList, body: readonly Uint8Array[]): HeaderList {
  const length = body.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'content-length' ? String(length) : value,
  ]);
}

abstract class Sink {
  protected readonly handler: DispatchHandler;
  readonly #left = new AbortController();
  #resume: (() => void) | undefined;
  #isPaused = false;
  #isOver = false;
  reason: Error | null = null;

  constructor(handler: DispatchHandler) {
    this.handler = handler;
  }

  get signal(): AbortSignal {
    return this.#left.signal;
  }

  get aborted(): boolean {
    return this.#left.signal.aborted;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#resume?.();
    this.#resume = undefined;
  }

  resumed(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  abort(reason?: Error): void {
    if (this.#isOver) return;
    this.reason =
      reason ?? Object.assign(new Error('Request aborted'), { name: 'AbortError', code: 'UND_ERR_ABORTED' });
    this.#left.abort(this.reason);
    this.error(this.reason);
    this.resume();
  }

  end(trailers: HeaderList): void {
    this.#isOver = true;
    this.onEnd(trailers);
  }

  error(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onFailure(error);
  }

  abstract start(): void;
  abstract head(status: number, statusText: string, headers: HeaderList): void;
  abstract data(chunk: Uint8Array): void;
  protected abstract onEnd(trailers: HeaderList): void;
  protected abstract onFailure(error: Error): void;
}

class LegacySink extends Sink {
  start(): void {
    this.handler.onConnect?.((reason) => this.abort(reason), {});
  }

  head(status: number, statusText: string, headers: HeaderList): void {
    this.handler.onResponseStarted?.();
    const goesOn = this.handler.onHeaders!(status, toBuffers(headers), () => this.resume(), statusText);
    if (goesOn === false) this.pause();
  }

  data(chunk: Uint8Array): void {
    if (this.handler.onData!(Buffer.from(chunk)) === false) this.pause();
  }

  protected onEnd(trailers: HeaderList): void {
    this.handler.onComplete!(toBuffers(trailers));
  }

  protected onFailure(error: Error): void {
    this.handler.onError?.(error);
  }
}

class ModernSink extends Sink {
  readonly #controller = new ReplayController(this);

  start(): void {
    this.handler.onRequestStart!(this.#controller, {});
  }

  head(status: number, statusText: string, headers: HeaderList): void {
    this.#controller.rawHeaders = toBuffers(headers);
    this.handler.onResponseStart?.(this.#controller, status, toRecord(headers), statusText);
  }

  data(chunk: Uint8Array): void {
    this.handler.onResponseData?.(this.#controller, Buffer.from(chunk));
  }

  protected onEnd(trailers: HeaderList): void {
    this.#controller.rawTrailers = toBuffers(trailers);
    this.handler.onResponseEnd?.(this.#controller, toRecord(trailers));
  }

  protected onFailure(error: Error): void {
    this.handler.onResponseError?.(this.#controller, error);
  }
}

/** What a handler of undici 7 and later steers with. Raw headers are looked for on it. */
class ReplayController implements DispatchController {
  rawHeaders: unknown;
  rawTrailers: unknown;
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get paused(): boolean {
    return this.#sink.paused;
  }

  get aborted(): boolean {
    return this.#sink.aborted;
  }

  get reason(): Error | null {
    return this.#sink.reason;
  }

  abort(reason?: Error): void {
    this.#sink.abort(reason);
  }

  pause(): void {
    this.#sink.pause();
  }

  resume(): void {
    this.#sink.resume();
  }
}

function toBuffers(headers: HeaderList): Buffer[] {
  return toRawHeaders(headers).map((text) => Buffer.from(text, 'latin1'));
}

function toRecord(headers: HeaderList): HeaderRecord {
  const record: HeaderRecord = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const seen = record[key];
    record[key] = seen === undefined ? value : Array.isArray(seen) ? [...seen, value] : [seen, value];
  }
  return record;
}
