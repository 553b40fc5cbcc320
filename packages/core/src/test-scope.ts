import { join } from 'node:path';
import type { CassetteStore } from './cassette/store.ts';
import type { Decision, ExchangeHead, Plan, SessionPlan, Upstream } from './interception/transport.ts';
import type { HeaderList } from './model/headers.ts';
import type { Interaction } from './model/interaction.ts';
import { isWriting, type Mode } from './mode.ts';
import type { Recorder } from './recorder.ts';
import { RepeatedAnswers } from './repeated-answers.ts';
import { createReply } from './replay/reply.ts';
import type { Miss, Outcome, ScopeReport } from './report.ts';
import { ScopeProblems } from './scope-problems.ts';
import { ScopeRecording } from './scope-recording.ts';
import { ScopeTape } from './scope-tape.ts';
import type { ScopePart, SharedTest } from './shared-test.ts';
import { usageOf } from './usage.ts';
import { Verification } from './verification.ts';
import { WebSocketSessions } from './websocket-sessions.ts';

/** What an adapter says when it opens a scope. */
export interface ScopeInit {
  /** Cassette name inside the store, from `cassetteName` or chosen by hand. */
  readonly cassette: string;
  readonly store: CassetteStore;
  /** The test's full name, for messages. */
  readonly test: string;
  /** The command that records this one test under this runner, for the message of a miss. */
  readonly rerecord?: string;
  /** Default: the recorder's. */
  readonly mode?: Mode;
  /** On whose behalf it records (a runner's project): of several in one run, the first may. Default: no claim is made. */
  readonly claimant?: string;
  /** Given when other processes work for the same attempt. Default: none do. */
  readonly shared?: SharedTest;
  /**
   * Several processes of the run record this cassette, each all or a part of it; it gets what any of them has, and none of them says what
   * is unused. Default `false`.
   */
  readonly inParts?: boolean;
}

/** How long a test that verifies waits for live answers whose recording it did not read to the end, in milliseconds. */
const verifyTime = 8000;

/**
 * One attempt of one test with its cassette: opened when the test starts, asked for every request, closed with the
 * outcome. The cassette is read when the first request comes, so a test without calls costs nothing.
 *
 * It decides; what is on tape, what is recorded and what went wrong are each kept by a part of it.
 */
export class TestScope {
  readonly cassette: string;
  readonly test: string;
  readonly mode: Mode;
  readonly store: CassetteStore;
  /** Reports of `useCassette` calls made inside this scope. */
  readonly nested: ScopeReport[] = [];
  readonly recorder: Recorder;
  readonly claimant: string | undefined;
  /** The command that records this one test. */
  readonly rerecord: string | undefined;
  readonly inParts: boolean;
  readonly #shared: SharedTest | undefined;
  readonly #problems: ScopeProblems;
  readonly #tape: ScopeTape;
  readonly #recording: ScopeRecording;
  readonly #repeats: RepeatedAnswers | undefined;
  #sessions: WebSocketSessions | undefined;
  #verification: Verification | undefined;
  #unused: ScopeReport['unused'] = [];
  #isClosed = false;

  constructor(recorder: Recorder, init: ScopeInit) {
    this.recorder = recorder;
    this.cassette = init.cassette;
    this.store = init.store;
    this.test = init.test;
    this.mode = init.mode ?? recorder.mode.mode;
    this.claimant = init.claimant;
    this.rerecord = init.rerecord;
    this.inParts = init.inParts ?? false;
    this.#shared = init.shared;
    this.#problems = new ScopeProblems(this, init.rerecord);
    this.#tape = new ScopeTape(this, this.#problems, init.shared);
    this.#recording = new ScopeRecording(this, this.#problems);
    this.#repeats = RepeatedAnswers.for(recorder.match);
  }

  /** Requests that had to be on tape and were not. Not empty: the test has to fail, whatever the application did with the error. */
  get misses(): readonly Miss[] {
    return this.#problems.misses;
  }

  /** Whether {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Where the cassette is, for people. */
  get location(): string {
    return this.store.locate(this.cassette);
  }

  /** For a scope {@link ScopeInit.inParts}: what it stands for runs again from its beginning. */
  nextRound(): void {
    if (!this.inParts) return;
    this.#shared?.beginAgain();
    this.#tape.beginAgain();
    this.#recording.beginAgain();
  }

  /** Runs a function, and everything asynchronous it starts, in this scope. */
  run<T>(fn: () => T): T {
    return this.recorder.scopes.run(this, fn);
  }

  /** Makes this the scope of all code that runs in no other. Returns the undo. */
  enter(): () => void {
    return this.recorder.scopes.enter(this);
  }

  /**
   * To be called after {@link close}.
   * @throws the first miss, its own or one of a nested `useCassette`, with the others listed below it; otherwise, with `unused: 'fail'`, REEL_UNUSED_RECORDING.
   */
  assertNoMisses(): void {
    this.#problems.assertNoMisses(this.nested);
    if (this.#unused.length > 0 && this.recorder.options.unused === 'fail') {
      throw this.#problems.unusedError(this.#unused);
    }
  }

  /** The plan for a request of this scope. Called by the interceptor. */
  plan(head: ExchangeHead): Plan {
    const url = URL.parse(head.url);
    if (url === null) return { kind: 'passthrough' };
    switch (this.recorder.routeOf(url)) {
      case 'passthrough':
        return { kind: 'passthrough' };
      case 'telemetry':
        return this.recorder.planTelemetry(this.mode);
      case 'intercept':
        return this.#planIntercepted(head, url);
    }
  }

  /** The plan for a WebSocket handshake of this scope. Called by the interceptor. */
  planSession(head: ExchangeHead): SessionPlan {
    const url = URL.parse(head.url);
    // Telemetry that speaks WebSocket is nobody's: like any host that is left alone, but never in replay.
    if (url === null || this.recorder.routeOf(url) === 'passthrough') return { kind: 'passthrough' };
    if (this.mode === 'live') return this.recorder.planLiveSession(url, head.headers);
    this.#shared?.join();
    if (this.mode === 'verify') {
      const reason = 'WebSocket sessions are replayed, and not verified';
      this.#verifying().cannotLook(head.method, head.url, reason);
    }
    this.#sessions ??= this.#openSessions();
    return this.#sessions.plan(head);
  }

  #openSessions(): WebSocketSessions {
    return new WebSocketSessions({
      recorder: this.recorder,
      problems: this.#problems,
      tape: this.#tape,
      recording: this.#recording,
      recordsMissing: this.mode === 'record-if-missing',
      assertOpen: () => {
        if (this.#isClosed) throw this.#problems.lateError('a WebSocket session was opened');
      },
      assertMayRecord: (url, headers) => this.#assertMayRecord(url, headers),
    });
  }

  #planIntercepted(head: ExchangeHead, url: URL): Plan {
    if (this.mode === 'live') return this.recorder.planLive(url);
    this.#shared?.join();
    if (this.#isClosed) return { kind: 'decide', decide: () => this.#problems.refuseLate(head) };
    try {
      if (this.#tape.isRecordedAnew()) {
        this.#assertMayRecord(url, head.headers);
        return { kind: 'stream', open: () => this.#record(head, url) };
      }
    } catch (error) {
      return { kind: 'decide', decide: () => this.#problems.refuse(head, error) };
    }
    return { kind: 'decide', decide: (body) => this.#answer(head, url, body) };
  }

  #answer(head: ExchangeHead, url: URL, body: Uint8Array): Decision {
    if (this.#isClosed) return this.#problems.refuseLate(head);
    try {
      const repeated = this.#repeats?.get(head, body);
      if (repeated !== undefined) {
        this.#tape.count(repeated.index);
        return { kind: 'reply', reply: repeated.reply };
      }
      const { method, headers } = head;
      const request = this.recorder.redactor.request({ method, url: head.url, headers, body });
      const found = this.#tape.find(request);
      if (found !== undefined && 'index' in found) {
        return this.mode === 'verify'
          ? this.#verify(head, url, body, found.index)
          : this.#replay(head, body, found.index);
      }
      if (this.mode === 'record-if-missing') {
        this.#assertMayRecord(url, headers);
        return { kind: 'upstream', upstream: this.#record(head, url, body) };
      }
      throw this.#tape.missError(request, found?.exhausted);
    } catch (error) {
      return this.#problems.refuse(head, error);
    }
  }

  #replay(head: ExchangeHead, body: Uint8Array, index: number): Decision {
    const isRepeated = this.#tape.isUsed(index);
    const reply = createReply(this.#tape.take(index), this.recorder.replyOptions);
    if (isRepeated) this.#repeats?.set(head, body, { index, reply });
    return { kind: 'reply', reply };
  }

  #verify(head: ExchangeHead, url: URL, body: Uint8Array, index: number): Decision {
    this.recorder.assertKey(url, head.headers);
    const recorded = this.#tape.take(index);
    return { kind: 'reply', reply: this.#verifying().reply({ head, url, body, recorded }) };
  }

  #verifying(): Verification {
    this.#verification ??= new Verification(this.recorder);
    return this.#verification;
  }

  #record(head: ExchangeHead, url: URL, body?: Uint8Array): Upstream {
    const tap = this.#recording.capture(head, body);
    return { ...this.recorder.upstreamOf(url, head.headers), tap };
  }

  /** @throws when the upstream may not be asked: no key, another project's cassette. */
  #assertMayRecord(url: URL, headers: HeaderList): void {
    this.recorder.assertKey(url, headers);
    this.recorder.claim(this);
  }

  /**
   * Ends the attempt. A passing test without misses saves what it recorded, and so does one that skipped itself, if there was no
   * cassette; any other outcome leaves the cassette as it was.
   * @throws what saving throws (`REEL_STORE_UNWRITABLE`, `REEL_SECRET_FOUND`...): the test has to fail then.
   */
  async close(outcome: Outcome): Promise<ScopeReport> {
    if (outcome === 'passed') await this.#sessions?.settle();
    await this.#settle(outcome);
    return this.closeNow(outcome);
  }

  /** {@link close} without waiting for streams that are still open: for process exit. */
  closeNow(outcome: Outcome): ScopeReport {
    this.#end(outcome);
    const interactions = this.#recording.whole();
    const saved = this.#mayWrite(outcome) && interactions.length > 0;
    if (saved) this.#problems.warnOfRefusals(interactions);
    try {
      if (saved) {
        const replaces = this.mode === 'record';
        this.recorder.save({ scope: this, interactions, base: this.#tape.base, replaces });
      }
    } finally {
      this.#leave();
    }
    const spent = this.#recording.all();
    return this.#report(outcome, { recorded: interactions.length, spent, saved });
  }

  /** {@link close} of a part of an attempt: nothing is saved, it is {@link adopt}ed by the scope of the process that runs the test. */
  async handOver(outcome: Outcome): Promise<ScopePart> {
    await this.#settle(outcome);
    return this.handOverNow(outcome);
  }

  /** {@link handOver} without waiting for streams that are still open. */
  handOverNow(outcome: Outcome): ScopePart {
    this.#end(outcome);
    this.#leave();
    // Only whoever has all the parts knows what is unused; and who saves the recordings counts them.
    const report = { ...this.#report(outcome, { recorded: 0, spent: [], saved: false }), unused: [] };
    return { report, nested: this.nested, recorded: this.#recording.own(), base: this.#tape.base };
  }

  /** Takes over what another process did for this attempt. To be called before {@link close}. */
  adopt(part: ScopePart): void {
    this.#problems.adopt(part.report);
    this.nested.push(...part.nested);
    this.#recording.adopt(part.recorded);
    this.#tape.adopt(part);
  }

  async #settle(outcome: Outcome): Promise<void> {
    await this.#verification?.settle(verifyTime);
    if (this.#mayWrite(outcome)) await this.#recording.settle();
  }

  #end(outcome: Outcome): void {
    this.#sessions?.finish(outcome === 'passed');
    this.#isClosed = true;
    if (this.#verification !== undefined) {
      const { test, location: cassette } = this;
      this.#problems.adopt(this.#verification.end({ test, cassette, fix: this.#problems.fix }));
    }
    this.#recording.end();
  }

  #leave(): void {
    this.#recording.discardJournal();
    this.recorder.release(this);
  }

  #mayWrite(outcome: Outcome): boolean {
    if (!isWriting(this.mode) || this.misses.length > 0) return false;
    // What a test asked before it skipped itself may be less than the whole test had recorded.
    return outcome === 'passed' || (outcome === 'skipped' && this.#tape.isNew);
  }

  #report(
    outcome: Outcome,
    {
      recorded,
      spent,
      saved,
    }: { readonly recorded: number; readonly spent: readonly Interaction[]; readonly saved: boolean },
  ): ScopeReport {
    // Of a part nobody can tell: what it does not use, another one may.
    const isTelling = outcome === 'passed' && this.misses.length === 0 && !this.inParts;
    this.#unused = isTelling && this.recorder.options.unused !== 'ignore' ? this.#tape.unused() : [];
    return {
      cassette: this.location,
      ...(this.store.root !== undefined && { file: join(this.store.root, `${this.cassette}.jsonl`) }),
      test: this.test,
      mode: this.mode,
      outcome,
      ...this.#tape.report(),
      recorded,
      saved,
      misses: this.misses,
      unused: this.#unused,
      savedUsage: this.mode === 'verify' ? [] : this.#tape.savedUsage(),
      spentUsage: usageOf([...spent, ...(this.#verification?.liveAnswers() ?? [])]),
      warnings: [...this.#problems.warnings],
    };
  }
}
