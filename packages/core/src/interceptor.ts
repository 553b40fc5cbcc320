import { ReelError } from './errors.ts';
import { createFetchTransport } from './interception/fetch.ts';
import { createSocketTransport } from './interception/socket.ts';
import { ScopeContext } from './interception/scope.ts';
import type {
  Endpoint,
  ExchangeHandler,
  ExchangeHead,
  Plan,
  ScopeRef,
  SessionPlan,
  Transport,
} from './interception/transport.ts';
import { createUndiciTransport, type UndiciTransport } from './interception/undici.ts';
import { toResponse } from './replay/response.ts';
import type { Recorder } from './recorder.ts';
import type { TestScope } from './test-scope.ts';
import { version } from './version.ts';

const passthrough = { kind: 'passthrough' } as const;

/**
 * The one interceptor of a process: installed when the first recorder starts and left installed, because SDK clients keep the
 * `fetch` they found. It finds the scope of a request and asks that scope's recorder; without a scope, the recorder
 * started last.
 */
export class Interceptor implements ExchangeHandler {
  /** Of the copy of the package that made it. */
  readonly version: string = version;
  readonly scopes = new ScopeContext<TestScope>();
  /** Scopes of all recorders that are not closed. */
  readonly open = new Set<TestScope>();
  readonly #recorders = new Set<Recorder>();
  #transports: Transports | undefined;

  add(recorder: Recorder): void {
    this.#recorders.add(recorder);
    this.#transports ??= createTransports();
    for (const transport of this.#transports.all) transport.enable(this);
  }

  /** Covers what was loaded or set since the start, such as an undici that a test imports. Called when a scope opens. */
  refresh(): void {
    this.#transports?.undici.patchGlobals();
  }

  remove(recorder: Recorder): void {
    this.#recorders.delete(recorder);
    if (this.#recorders.size > 0) return;
    for (const transport of this.#transports?.all ?? []) transport.disable();
  }

  /** @see Recorder.retire */
  retire(): void {
    for (const transport of this.#transports?.all ?? []) if (transport.isShared) transport.disable();
  }

  watches(endpoint: Endpoint): boolean {
    for (const recorder of this.#recorders) if (recorder.routes.watches(endpoint)) return true;
    return false;
  }

  speaksHttp(endpoint: Endpoint): void {
    for (const recorder of this.#recorders) recorder.routes.noteHttp(endpoint);
  }

  plan(head: ExchangeHead, ref?: ScopeRef): Plan {
    const scope = (ref as TestScope | undefined) ?? this.scopes.get();
    if (scope !== undefined) return scope.plan(head);
    const recorder = this.#latest();
    return recorder === undefined ? passthrough : recorder.planOutside(head);
  }

  planSession(head: ExchangeHead, ref?: ScopeRef): SessionPlan {
    const scope = (ref as TestScope | undefined) ?? this.scopes.get();
    if (scope !== undefined) return scope.planSession(head);
    return this.#latest()?.planSessionOutside(head) ?? passthrough;
  }

  captureScope(): ScopeRef | undefined {
    return this.scopes.get();
  }

  refusesConnection(endpoint: Endpoint): Error | undefined {
    let refusal: Error | undefined;
    for (const recorder of this.#recorders) {
      if (recorder.reachesUpstream()) return undefined;
      refusal ??= recorder.refusalOf(endpoint);
    }
    return refusal;
  }

  #latest(): Recorder | undefined {
    let latest: Recorder | undefined;
    for (const recorder of this.#recorders) latest = recorder;
    return latest;
  }
}

interface Transports {
  readonly all: readonly Transport[];
  readonly undici: UndiciTransport;
}

function createTransports(): Transports {
  const undici = createUndiciTransport();
  const fetch = createFetchTransport({ toResponse, beforeFetch: undici.beforeFetch });
  return { all: [createSocketTransport(), undici, fetch], undici };
}

const slot = Symbol.for('reel.core');

/**
 * The interceptor of this realm. Kept on the global object, so that module resets, workers without isolation, and an ESM
 * and a CommonJS copy of the package side by side share it.
 * @throws REEL_TWO_COPIES when a copy of another version was first: each would patch over the other, and neither see everything.
 */
export function theInterceptor(): Interceptor {
  const realm = globalThis as unknown as Record<symbol, Interceptor | undefined>;
  const interceptor = (realm[slot] ??= new Interceptor());
  if (interceptor.version !== version) throw twoCopies(interceptor.version);
  return interceptor;
}

function twoCopies(first: string): ReelError {
  return new ReelError('REEL_TWO_COPIES', {
    what: `two versions of @reel/core are at work in one process: ${first} and ${version}`,
    fix: 'install one version of all @reel packages: `npm ls @reel/core` shows who brings which, `npm dedupe` often suffices',
  });
}
