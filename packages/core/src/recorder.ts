import { resolve } from 'node:path';
import { encodeCassette } from './cassette/format.ts';
import { mergeTapes } from './cassette/merge.ts';
import { checkCassetteName } from './cassette/name.ts';
import type { CassetteStore } from './cassette/store.ts';
import { createFileStore } from './cassette/stores/file.ts';
import { openCassette } from './cassette/tape.ts';
import { claimCassette } from './claims.ts';
import { ReelError } from './errors.ts';
import { theInterceptor } from './interceptor.ts';
import { createRoutes, type Route, type Routes } from './interception/routes.ts';
import type { ScopeContext } from './interception/scope.ts';
import type { ExchangeHead, Plan, SessionPlan } from './interception/transport.ts';
import { explainMiss } from './matching/explain.ts';
import { createKeyOf } from './matching/index.ts';
import type { MatchOptions, MatchRequest } from './matching/matcher.ts';
import type { Endpoint } from './model/endpoint.ts';
import { endpointOf } from './model/endpoint.ts';
import type { HeaderList } from './model/headers.ts';
import type { Interaction } from './model/interaction.ts';
import type { Reply } from './model/reply.ts';
import { deafToSessions } from './model/session-player.ts';
import type { Tap } from './model/tap.ts';
import type { Tape } from './model/tape.ts';
import { isWriting, reachesUpstream, type Mode, type ResolvedMode } from './mode.ts';
import { normalizeInteractions, normalizeRulesId } from './normalize/normalize.ts';
import type { ReelOptions } from './options.ts';
import { credentialOf, setPlaceholderKeys } from './placeholder-keys.ts';
import { allProviders, findProvider } from './providers/index.ts';
import { assertNoSecrets } from './redaction/guard.ts';
import { foldParts, isFirstPart } from './recorded-in-parts.ts';
import { createRedactor, type Redactor } from './redaction/redactor.ts';
import { dropRetried } from './recording/retries.ts';
import { createReply, type ReplyOptions } from './replay/reply.ts';
import { TestScope, type ScopeInit } from './test-scope.ts';
import { version } from './version.ts';
import { refusedSession } from './websocket-sessions.ts';

export interface RecorderInit {
  readonly mode: ResolvedMode;
  readonly options?: ReelOptions;
  readonly environment?: Record<string, string | undefined>;
  /** Relative `dir` options start here: the folder of the config file, else the working directory. */
  readonly base?: string;
}

/** What is saved, and what the scope knew of the cassette before. */
export interface SaveRequest {
  readonly scope: TestScope;
  readonly interactions: readonly Interaction[];
  readonly base: string | undefined;
  /** `record`: the stored interactions are replaced, unless somebody else wrote them since. */
  readonly replaces: boolean;
}

/**
 * Ties the stages together for one set of options: transport, redaction, matching, replay or recording, normalization, store.
 * Opening scopes is what adapters do; see `useCassette` for code without a runner.
 */
export class Recorder {
  readonly mode: ResolvedMode;
  readonly options: ReelOptions;
  readonly match: MatchOptions;
  readonly redactor: Redactor;
  readonly routes: Routes;
  readonly replyOptions: ReplyOptions;
  readonly base: string;
  readonly environment: Record<string, string | undefined>;
  readonly #writers = new Map<string, string>();
  readonly #strays: ReelError[] = [];
  /** Hears of each stray at once: a server under test is killed, and has no end at which to look. */
  onStray: (() => void) | undefined;
  /** What to do about a request outside of any test; an adapter may know better. */
  outsideFix =
    'move the call into a test or a hook, wrap it in useCassette(), set REEL_CASSETTE for a whole process, or add its host to passthrough';
  readonly #stores = new Map<string, CassetteStore>();
  #forgetKeys: (() => void) | undefined;

  constructor({ mode, options = {}, environment = process.env, base = process.cwd() }: RecorderInit) {
    this.mode = mode;
    this.base = base;
    this.options = options;
    this.match = options.match ?? {};
    this.redactor = createRedactor(options.redact ?? {}, environment);
    this.routes = createRoutes({
      intercept: options.intercept ?? [],
      passthrough: options.passthrough ?? [],
      loopbackPorts: allProviders.flatMap(({ loopbackPorts }) => loopbackPorts ?? []),
    });
    this.replyOptions = { timing: options.timing ?? 'instant', chunking: options.chunking ?? 'event' };
    this.environment = environment;
  }

  /** The scopes of this process, shared by all recorders. */
  get scopes(): ScopeContext<TestScope> {
    return theInterceptor().scopes;
  }

  /** Errors of requests that belong to no open test: sent after their test ended, or outside any. */
  get strays(): readonly ReelError[] {
    return this.#strays;
  }

  /** {@link strays} since the last call. */
  takeStrays(): ReelError[] {
    return this.#strays.splice(0);
  }

  /** Begins to intercept. In replay, missing API keys of known providers get placeholders. */
  start(): this {
    theInterceptor().add(this);
    if (this.mode.mode === 'replay') this.#forgetKeys ??= setPlaceholderKeys(allProviders, this.environment);
    return this;
  }

  /** Stops to intercept for this recorder. */
  stop(): void {
    this.#forgetKeys?.();
    this.#forgetKeys = undefined;
    theInterceptor().remove(this);
  }

  /**
   * Ends with what the sandboxes of a process share, for a sandbox at its end: the connections of the next one are not this one's.
   * The sandbox's own `fetch` stays as it is, so that code that outlives the sandbox reaches no network.
   */
  retire(): void {
    theInterceptor().retire();
  }

  /** The file store of a folder, one per folder. */
  storeAt(root: string): CassetteStore {
    const path = resolve(root);
    let store = this.#stores.get(path);
    if (store === undefined) {
      store = createFileStore({ root: path });
      this.#stores.set(path, store);
    }
    return store;
  }

  /**
   * Opens the scope of one attempt of one test.
   * @throws REEL_CASSETTE_NAME, and REEL_CASSETTE_TAKEN when another open scope of this process has the cassette and one of
   * them may write it.
   */
  open(init: ScopeInit): TestScope {
    checkCassetteName(init.cassette);
    const interceptor = theInterceptor();
    interceptor.refresh();
    const scope = new TestScope(this, init);
    for (const other of interceptor.open) {
      // A live scope neither reads nor writes the cassette it is named after.
      if (scope.mode === 'live' || other.mode === 'live') continue;
      if (isSameCassette(scope, other) && (isWriting(scope.mode) || isWriting(other.mode)))
        throw taken(scope, other);
    }
    interceptor.open.add(scope);
    return scope;
  }

  /** Forgets a closed scope. Called by the scope. */
  release(scope: TestScope): void {
    theInterceptor().open.delete(scope);
  }

  routeOf(url: URL): Route {
    return this.routes.of(endpointOf(url));
  }

  /** A request in no scope: refused in replay, let through and reported otherwise. */
  planOutside(head: ExchangeHead): Plan {
    const url = URL.parse(head.url);
    if (url === null) return { kind: 'passthrough' };
    const route = this.routeOf(url);
    if (route === 'passthrough') return { kind: 'passthrough' };
    if (route === 'telemetry') return this.planTelemetry(this.mode.mode);
    const error = this.#outside(head);
    this.reportStray(error);
    if (this.mode.mode !== 'replay') return this.planLive(url);
    return { kind: 'decide', decide: () => ({ kind: 'reply', reply: this.missReply(head.url, error) }) };
  }

  /** As {@link planOutside}, for a WebSocket handshake. */
  planSessionOutside(head: ExchangeHead): SessionPlan {
    const url = URL.parse(head.url);
    if (url === null || this.routeOf(url) === 'passthrough') return { kind: 'passthrough' };
    const error = this.#outside(head);
    this.reportStray(error);
    if (this.mode.mode !== 'replay') return this.planLiveSession(url, head.headers);
    return { kind: 'session', open: () => ({ kind: 'play', player: refusedSession(head.url, error) }) };
  }

  planTelemetry(mode: Mode): Plan {
    if (mode !== 'replay') return { kind: 'passthrough' };
    const reply = createReply(
      {
        request: { method: 'POST', url: '', headers: [], body: new Uint8Array(0) },
        response: { status: 200, headers: [['content-type', 'application/json']] },
        chunks: [{ bytes: Buffer.from('{}') }],
        ending: { kind: 'end' },
      },
      { timing: 'instant', chunking: 'event' },
    );
    return { kind: 'decide', decide: () => ({ kind: 'reply', reply }) };
  }

  #outside(head: ExchangeHead): ReelError {
    return new ReelError('REEL_OUTSIDE_TEST', {
      what: `${head.method} ${this.redactor.url(head.url)} was sent outside of any test`,
      where: 'module top level, a background task, or a hook that no test owns',
      fix: this.outsideFix,
    });
  }

  /** {@link planLive} for a WebSocket. */
  planLiveSession(url: URL, headers: HeaderList): SessionPlan {
    if (this.#pin(url) === undefined) return { kind: 'passthrough' };
    const upstream = { ...this.upstreamOf(url, headers), tap: deafToSessions };
    return { kind: 'session', open: () => ({ kind: 'upstream', upstream }) };
  }

  /** Straight to the provider, or to the gateway that is pinned for it; nothing is recorded. */
  planLive(url: URL): Plan {
    const pinned = this.#pin(url);
    if (pinned === undefined) return { kind: 'passthrough' };
    return { kind: 'stream', open: () => ({ url: pinned, tap: deaf }) };
  }

  /** Where a request goes while recording: its own URL, or the pinned one, with the host header to match. */
  upstreamOf(url: URL, headers: HeaderList): { url: string; headers?: HeaderList } {
    const pinned = this.#pin(url);
    if (pinned === undefined) return { url: url.href };
    const { host } = new URL(pinned);
    return {
      url: pinned,
      headers: headers.map(([name, value]) => [name, /^host$/i.test(name) ? host : value]),
    };
  }

  #pin(url: URL): string | undefined {
    for (const [origin, base] of Object.entries(this.options.upstreams ?? {})) {
      if (new URL(origin).origin === url.origin) return base.replace(/\/$/, '') + url.pathname + url.search;
    }
    return undefined;
  }

  /**
   * A recording without a key would only record the refusal.
   * @throws REEL_NO_API_KEY
   */
  assertKey(url: URL, headers: HeaderList): void {
    const provider = findProvider(url.href);
    if (provider === undefined || provider.keyVariables.length === 0 || this.#pin(url) !== undefined) return;
    const credential = credentialOf(url, headers, allProviders);
    if (credential === 'present') return;
    const names = provider.keyVariables.map(({ name }) => name).join(' or ');
    throw new ReelError('REEL_NO_API_KEY', {
      what:
        credential === 'none'
          ? `recording from ${url.hostname} needs an API key, and the request has none`
          : `recording from ${url.hostname} needs a real API key, and the request has Reel's placeholder`,
      fix: `set ${names}, or pin a gateway that needs none (upstreams)`,
    });
  }

  /**
   * Claims the right to record a cassette in this run, where a runner has several projects.
   * @throws REEL_CASSETTE_TAKEN when another project records it.
   */
  claim({ claimant, location, test }: TestScope): void {
    const folder = this.environment['REEL_RUN_DIR'];
    if (claimant === undefined || !folder) return;
    const first = claimCassette(folder, location, { project: claimant, test });
    if (first === undefined) return;
    throw new ReelError('REEL_CASSETTE_TAKEN', {
      what: `two projects record one cassette in the same run: "${first.project}" was first, "${claimant}" is too late`,
      where: `${test} (${location})`,
      fix: 'record with one project only (--project <name>, in Jest --selectProjects <name>); all of them replay what it recorded',
    });
  }

  /** Whether anything of this recorder may reach a provider now. */
  reachesUpstream(): boolean {
    if (reachesUpstream(this.mode.mode)) return true;
    for (const scope of theInterceptor().open)
      if (scope.recorder === this && reachesUpstream(scope.mode)) return true;
    return false;
  }

  /** Why a raw connection to an endpoint may not be opened while nothing but replay is going on; `undefined` when it may. */
  refusalOf(endpoint: Endpoint): ReelError | undefined {
    if (!this.routes.watches(endpoint)) return undefined;
    return new ReelError('REEL_NETWORK_BLOCKED', {
      what: `a connection to ${endpoint.host}:${endpoint.port} was about to leave the process in replay`,
      fix: 'this client reaches the network in a way Reel cannot answer: see @reel/core/docs/transports.md, or add the host to passthrough',
    });
  }

  reportStray(error: ReelError): void {
    if (this.#strays.length < 100) this.#strays.push(error);
    this.onStray?.();
  }

  /** The stored requests redacted by today's rules, so that a cassette recorded under older rules still matches. */
  redactedTape(tape: Tape): Tape {
    const { redactor } = this;
    return {
      requestAt(index) {
        const request = tape.requestAt(index);
        return request && redactor.request(request);
      },
      interactionAt: (index) => tape.interactionAt(index),
    };
  }

  missError(miss: {
    request: MatchRequest;
    tape: Tape;
    exhausted: number | undefined;
    isUsed: (index: number) => boolean;
    where: string;
    fix: string;
    mode: Mode;
  }): ReelError {
    const explanation = explainMiss({
      incoming: miss.request,
      tape: this.redactedTape(miss.tape),
      exhausted: miss.exhausted,
      isUsed: miss.isUsed,
      match: this.match,
      redactText: (text) => this.redactor.text(text),
    });
    return new ReelError('REEL_NO_MATCH', {
      what: `no recording matches ${miss.request.method} ${miss.request.url}\n${explanation.text}`,
      where: miss.where,
      fix: miss.fix,
    });
  }

  /** What differs between a frame a client sent in a WebSocket session and the recorded one, both redacted. */
  explainFrame(url: string, live: Uint8Array, recorded: Uint8Array): string {
    const frame = (body: Uint8Array): MatchRequest => ({
      method: 'SEND',
      url,
      headers: [['content-type', 'application/json']],
      body,
    });
    const tape: Pick<Tape, 'requestAt'> = {
      requestAt: (index) => (index === 0 ? frame(recorded) : undefined),
    };
    return explainMiss({
      incoming: frame(live),
      tape: tape as Tape,
      match: this.match,
      redactText: (text) => this.redactor.text(text),
    }).text;
  }

  /** A refusal that SDKs take at once and whose message they show: status 400, in the provider's error shape. */
  missReply(url: string, error: ReelError): Reply {
    const body = findProvider(url)?.errorBody(error.message, error.code) ?? {
      error: { message: error.message, type: 'reel', code: error.code },
    };
    return createReply(
      {
        request: { method: 'GET', url, headers: [], body: new Uint8Array(0) },
        response: {
          status: 400,
          headers: [
            ['content-type', 'application/json'],
            ['x-should-retry', 'false'],
            ['x-reel-error', error.code],
          ],
        },
        chunks: [{ bytes: Buffer.from(JSON.stringify(body)) }],
        ending: { kind: 'end' },
      },
      { timing: 'instant', chunking: 'event' },
    );
  }

  /** Finishes a recording: merged with what others wrote meanwhile, normalized, guarded, and put in place at once. */
  save({ scope, interactions, base, replaces }: SaveRequest): void {
    const { store, cassette } = scope;
    const writer = this.#writers.get(scope.location);
    const isOwn = writer === undefined || writer === scope.test;
    const runFolder = scope.inParts ? this.environment['REEL_RUN_DIR'] : undefined;
    let isLaterPart: boolean | undefined;
    store.update(cassette, (current) => {
      isLaterPart ??= Boolean(runFolder) && !isFirstPart(runFolder!, scope.location);
      const keepsNothing =
        current === undefined ||
        (!isLaterPart && replaces && isOwn && (current.revision === base || writer === scope.test));
      const stored = keepsNothing
        ? []
        : openCassette({
            bytes: current.bytes,
            where: scope.location,
            readBlob: (hash) => store.readBlob(cassette, hash),
          })
            .allInteractions()
            .map((interaction) => this.redactor.interaction(interaction));
      const keyOf = createKeyOf(this.match);
      const whole = isLaterPart
        ? foldParts([stored, interactions], ({ request }) => keyOf(request))
        : mergeTapes(stored, interactions);
      return this.#finish(cassette, whole, scope.location);
    });
    this.#writers.set(scope.location, scope.test);
  }

  #finish(
    name: string,
    interactions: readonly Interaction[],
    where: string,
  ): ReturnType<typeof encodeCassette> {
    const kept =
      this.options.retries === 'drop' ? dropRetried(interactions, createKeyOf(this.match)) : interactions;
    const normalized =
      this.options.normalize === false
        ? kept
        : normalizeInteractions(kept, { keyOf: createKeyOf({}), provider: findProvider });
    const files = encodeCassette(
      {
        reel: 1,
        name,
        recordedAt: `${new Date().toISOString().slice(0, 19)}Z`,
        by: `@reel/core ${version}`,
        rules: `${this.redactor.id} ${this.options.normalize === false ? 'as-recorded' : normalizeRulesId}`,
      },
      normalized,
      {
        // Times are on chunks only where they were asked for; what another run recorded with them keeps them.
        timing: true,
        ...(this.options.blobAbove !== undefined && { blobAbove: this.options.blobAbove }),
      },
    );
    assertNoSecrets(files, { redactor: this.redactor, where });
    return files;
  }
}

/** @see Recorder */
export function createRecorder(init: RecorderInit): Recorder {
  return new Recorder(init);
}

function isSameCassette(a: TestScope, b: TestScope): boolean {
  const isSameStore = a.store === b.store || (a.store.root !== undefined && a.store.root === b.store.root);
  return isSameStore && a.cassette === b.cassette;
}

function taken(scope: TestScope, other: TestScope): ReelError {
  return new ReelError('REEL_CASSETTE_TAKEN', {
    what:
      scope.test === other.test
        ? `the cassette is in use by another run of the same test`
        : `two tests record into one cassette at the same time: "${other.test}" and "${scope.test}"`,
    where: scope.location,
    fix: 'give each its own name (test titles, or useCassette), or run them one after the other',
  });
}

/** Hears nothing: for traffic that only has to find its pinned gateway. */
const deaf: Tap = { sent() {}, response() {}, received() {}, ended() {} };
