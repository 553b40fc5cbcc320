import { join } from 'node:path';
import { checkAge } from './age.ts';
import { encodeInteraction } from './cassette/format.ts';
import { openCassette, type CassetteTape } from './cassette/tape.ts';
import type { CassetteStore, Journal } from './cassette/store.ts';
import { isReelError, ReelError } from './errors.ts';
import type { Decision, ExchangeHead, Plan, SessionPlan, Upstream } from './interception/transport.ts';
import type { MatchIndex } from './matching/index.ts';
import { createKeyOf, createMatchIndex } from './matching/index.ts';
import type { MatchRequest } from './matching/matcher.ts';
import type { Interaction } from './model/interaction.ts';
import { mediaType } from './model/headers.ts';
import { isWriting, type Mode } from './mode.ts';
import { findProvider } from './providers/index.ts';
import { readResponse } from './providers/readable.ts';
import type { Recorder } from './recorder.ts';
import { RepeatedAnswers } from './repeated-answers.ts';
import { redactedTape } from './redacted-tape.ts';
import { Capture } from './recording/capture.ts';
import { framingOf } from './recording/split.ts';
import { now, wait } from './replay/clock.ts';
import { createReply } from './replay/reply.ts';
import { Rounds } from './rounds.ts';
import {
  addUsage,
  multiplyUsage,
  type Miss,
  type ModelUsage,
  type Outcome,
  type ScopeReport,
} from './report.ts';
import type { ScopePart, SharedTest, TimedInteraction } from './shared-test.ts';
import { usageOf } from './usage.ts';
import { Verification, type VerifiedCall } from './verification.ts';
import { verifyOutcome, writeVerifyLog } from './verify-report.ts';
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
  /** Several processes of the run record this cassette, each all or a part of it; it gets what any of them has. Default `false`. */
  readonly inParts?: boolean;
}

/** How long a passing test's recordings may still be streaming when it ends, in milliseconds. */
const settleTime = 2000;

/** How long a test that verifies waits for live answers whose recording it did not read to the end, in milliseconds. */
const verifyTime = 8000;

/**
 * One attempt of one test with its cassette: opened when the test starts, asked for every request, closed with the
 * outcome. The cassette is read when the first request comes, so a test without calls costs nothing.
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
  readonly inParts: boolean;
  readonly #rerecord: string | undefined;
  readonly #repeats: RepeatedAnswers | undefined;
  readonly #misses: Miss[] = [];
  readonly #warnings = new Set<string>();
  /** Positions that were replayed, and how often: a load test repeats one a million times. */
  readonly #used = new Map<number, number>();
  readonly #recorded: (Interaction | undefined)[] = [];
  /** When the request of each of {@link #recorded} was sent. */
  readonly #sentAt: number[] = [];
  readonly #adopted: TimedInteraction[] = [];
  readonly #shared: SharedTest | undefined;
  readonly #pending = new Set<Capture>();
  #loaded: Loaded | undefined;
  #journal: Journal | undefined;
  readonly #rounds: Rounds | undefined;
  #sessions: WebSocketSessions | undefined;
  #unused: ScopeReport['unused'] = [];
  #verification: Verification | undefined;
  #verified: readonly VerifiedCall[] = [];
  #isClosed = false;

  constructor(recorder: Recorder, init: ScopeInit) {
    this.recorder = recorder;
    this.cassette = init.cassette;
    this.store = init.store;
    this.test = init.test;
    this.mode = init.mode ?? recorder.mode.mode;
    this.claimant = init.claimant;
    this.inParts = init.inParts ?? false;
    this.#rounds = this.inParts ? new Rounds(createKeyOf(recorder.match)) : undefined;
    this.#rerecord = init.rerecord;
    this.#repeats = RepeatedAnswers.for(recorder.match);
    this.#shared = init.shared;
  }

  /** Requests that had to be on tape and were not. Not empty: the test has to fail, whatever the application did with the error. */
  get misses(): readonly Miss[] {
    return this.#misses;
  }

  /** Whether {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Where the cassette is, for people. */
  get location(): string {
    return this.store.locate(this.cassette);
  }

  /** For a scope {@link ScopeInit.inParts}: a test has ended, and what it stands for may run again from its beginning. */
  nextRound(): void {
    this.#rounds?.next();
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
    const [first, ...others] = [...this.#misses, ...this.nested.flatMap(({ misses }) => misses)];
    if (first !== undefined) {
      const list = others.map((miss) => `  also: ${miss.code} ${miss.method} ${miss.url}`);
      throw new MissError(first, list);
    }
    if (this.#unused.length > 0 && this.recorder.options.unused === 'fail') throw this.#unusedError();
  }

  #unusedError(): ReelError {
    const list = this.#unused.map(({ method, url }) => `  - ${method} ${url}`);
    return new ReelError('REEL_UNUSED_RECORDING', {
      what: `the test passed without asking for ${list.length} of its recordings:\n${list.join('\n')}`,
      where: `${this.test} (${this.location})`,
      fix: this.#fix(),
    });
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
    this.#sessions ??= this.#openSessions();
    if (this.mode === 'verify') {
      this.#verification ??= new Verification(this.recorder);
      this.#verification.cannotLook(
        head.method,
        head.url,
        'WebSocket sessions are replayed, and not verified',
      );
    }
    return this.#sessions.plan(head);
  }

  #openSessions(): WebSocketSessions {
    return new WebSocketSessions({
      recorder: this.recorder,
      where: `${this.test} (${this.location})`,
      fix: () => this.#fix(),
      records: () => {
        if (this.#isClosed) throw this.#lateError('a WebSocket session was opened');
        const { tape, isNew } = this.#load();
        return (
          this.mode === 'record' ||
          (this.mode === 'once' && isNew) ||
          (this.mode === 'record-if-missing' && tape === undefined)
        );
      },
      recordsMissing: () => this.mode === 'record-if-missing',
      loaded: () => {
        const { tape, index } = this.#load();
        if (tape === undefined || index === undefined) return undefined;
        return {
          tape,
          find: (request) => this.#find(index, request),
          take: (position) => index.take(position),
        };
      },
      assertMayRecord: (url, headers) => {
        this.recorder.assertKey(url, headers);
        this.recorder.claim(this);
      },
      used: (index) => this.#use(index),
      reserve: () => {
        const position = this.#recorded.length;
        this.#recorded.push(undefined);
        this.#sentAt.push(epoch + now());
        return (interaction) => this.#keep(position, interaction);
      },
      miss: (method, url, { code, message }) => this.#misses.push({ code, method, url, message }),
      missFor: (request, exhausted) => this.#missError(request, exhausted),
      warn: (text) => this.#warnings.add(text),
    });
  }

  #planIntercepted(head: ExchangeHead, url: URL): Plan {
    if (this.mode === 'live') return this.recorder.planLive(url);
    this.#shared?.join();
    if (this.#isClosed) return { kind: 'decide', decide: () => this.#late(head) };
    try {
      const { tape, isNew } = this.#load();
      if (
        this.mode === 'record' ||
        (this.mode === 'once' && isNew) ||
        (this.mode === 'record-if-missing' && tape === undefined)
      ) {
        this.recorder.assertKey(url, head.headers);
        this.recorder.claim(this);
        return { kind: 'stream', open: () => this.#record(head, url) };
      }
    } catch (error) {
      return { kind: 'decide', decide: () => this.#problem(head, error) };
    }
    return { kind: 'decide', decide: (body) => this.#answer(head, url, body) };
  }

  #answer(head: ExchangeHead, url: URL, body: Uint8Array): Decision {
    if (this.#isClosed) return this.#late(head);
    try {
      const { tape, index } = this.#load();
      const again = this.#repeats?.get(head, body);
      if (again !== undefined) {
        this.#use(again.index);
        return { kind: 'reply', reply: again.reply };
      }
      const request = this.recorder.redactor.request({
        method: head.method,
        url: head.url,
        headers: head.headers,
        body,
      });
      const found = index && this.#find(index, request);
      if (found !== undefined && 'index' in found) {
        const interaction = tape!.interactionAt(found.index);
        const isRepeated = index!.isUsed(found.index);
        index!.take(found.index);
        if (this.mode === 'verify') return this.#verify(head, url, body, found.index);
        this.#use(found.index);
        const reply = createReply(interaction, this.recorder.replyOptions);
        if (isRepeated) this.#repeats?.set(head, body, { index: found.index, reply });
        return { kind: 'reply', reply };
      }
      if (this.mode === 'record-if-missing') {
        this.recorder.assertKey(url, head.headers);
        this.recorder.claim(this);
        return { kind: 'upstream', upstream: this.#record(head, url, body) };
      }
      const once = found && tape && this.#rounds?.again(request, this.recorder.redactedTape(tape));
      if (once !== undefined) {
        this.#use(once);
        const reply = createReply(tape!.interactionAt(once), this.recorder.replyOptions);
        return { kind: 'reply', reply };
      }
      return this.#miss(head, request, found?.exhausted);
    } catch (error) {
      return this.#problem(head, error);
    }
  }

  #use(index: number): void {
    this.#used.set(index, (this.#used.get(index) ?? 0) + 1);
  }

  #savedUsage(): ModelUsage[] {
    const { tape } = this.#loaded ?? {};
    return addUsage(
      [...this.#used].flatMap(([index, times]) =>
        multiplyUsage(usageOf([tape!.interactionAt(index)]), times),
      ),
    );
  }

  #verify(head: ExchangeHead, url: URL, body: Uint8Array, index: number): Decision {
    this.recorder.assertKey(url, head.headers);
    this.#use(index);
    this.#verification ??= new Verification(this.recorder);
    const recorded = this.#loaded!.tape!.interactionAt(index);
    return { kind: 'reply', reply: this.#verification.reply({ head, url, body, recorded }) };
  }

  /** The recording for a request that no other process of this attempt has taken. */
  #find(index: MatchIndex, request: MatchRequest): ReturnType<MatchIndex['find']> {
    for (;;) {
      const found = index.find(request);
      // One that is used and found all the same is the last of its kind, which may repeat.
      if (found === undefined || !('index' in found) || index.isUsed(found.index)) return found;
      if (this.#shared?.take(found.index) !== false) return found;
      index.take(found.index);
    }
  }

  #record(head: ExchangeHead, url: URL, body?: Uint8Array): Upstream {
    const position = this.#recorded.length;
    this.#recorded.push(undefined);
    this.#sentAt.push(epoch + now());
    const capture = new Capture({
      request: { method: head.method, url: head.url, headers: head.headers },
      ...(body !== undefined && { body }),
      timing: this.recorder.replyOptions.timing === 'recorded',
      now,
      onEnd: (interaction) => {
        this.#pending.delete(capture);
        this.#keep(position, interaction);
      },
    });
    this.#pending.add(capture);
    return { ...this.recorder.upstreamOf(url, head.headers), tap: capture };
  }

  #keep(position: number, live: Interaction): void {
    const interaction = this.recorder.redactor.interaction(withTrueEnding(live));
    if (this.#rounds?.isRepeated(interaction.request) === true) return;
    this.#recorded[position] = interaction;
    try {
      this.#journal ??= this.store.journal(this.cassette);
      this.#journal.append(encodeInteraction(position + 1, interaction, { verbatim: true }).bytes);
    } catch (error) {
      // The recording goes on in memory; whether it can be stored is decided, loudly, when it is finished.
      this.#warnings.add(`the journal beside ${this.location} cannot be written: ${messageOf(error)}`);
    }
  }

  /** Reads the cassette once. Throws when it is damaged: never the same as absent. */
  #load(): Loaded {
    if (this.#loaded !== undefined) return this.#loaded;
    const stored = this.store.read(this.cassette);
    // A hash of the whole file: only who may write it needs to know whether somebody else did.
    const base = isWriting(this.mode) ? stored?.revision : undefined;
    if (stored === undefined) {
      this.#loaded = { tape: undefined, index: undefined, base, isNew: true };
      return this.#loaded;
    }
    const source = {
      bytes: stored.bytes,
      where: this.location,
      readBlob: (hash: string) => this.store.readBlob(this.cassette, hash),
    };
    if (this.mode === 'record') {
      this.#assertReplaceable(source);
      this.#loaded = { tape: undefined, index: undefined, base, isNew: false };
      return this.#loaded;
    }
    const tape = redactedTape(openCassette(source), this.recorder.redactor);
    this.#checkAge(tape.header.recordedAt);
    const redacted = this.recorder.redactedTape(tape);
    this.#loaded = { tape, index: createMatchIndex(redacted, this.recorder.match), base, isNew: false };
    return this.#loaded;
  }

  #checkAge(recordedAt: string): void {
    const { maxAge } = this.recorder.options;
    if (maxAge === undefined) return;
    const warning = checkAge({ recordedAt, where: this.location, fix: this.#fix() }, maxAge, epoch + now());
    if (warning !== undefined) this.#warnings.add(warning);
  }

  /** Recording anew is the cure of a damaged cassette, but a newer format is somebody else's good work. */
  #assertReplaceable(source: Parameters<typeof openCassette>[0]): void {
    try {
      openCassette(source);
    } catch (error) {
      if (isReelError(error) && error.code === 'REEL_CASSETTE_VERSION') throw error;
      this.#warnings.add(`${this.location} was damaged and is recorded anew: ${messageOf(error)}`);
    }
  }

  #miss(head: ExchangeHead, request: MatchRequest, exhausted: number | undefined): Decision {
    return this.#refuse(head, request.url, this.#missError(request, exhausted));
  }

  #missError(request: MatchRequest, exhausted: number | undefined): ReelError {
    const tape = this.#loaded?.tape;
    const fix = this.#fix();
    return tape === undefined
      ? new ReelError('REEL_CASSETTE_NOT_FOUND', {
          what: `${request.method} ${request.url} is not recorded: there is no cassette yet`,
          where: `${this.test} (would be ${this.location})`,
          fix,
        })
      : this.recorder.missError({
          request,
          tape,
          exhausted,
          isUsed: (index) => this.#loaded!.index!.isUsed(index),
          where: `${this.test} (${this.location})`,
          fix,
          mode: this.mode,
        });
  }

  #problem(head: ExchangeHead, cause: unknown): Decision {
    if (!isReelError(cause)) return { kind: 'fail', error: cause as Error };
    return this.#refuse(head, this.recorder.redactor.text(head.url), cause);
  }

  #refuse(head: ExchangeHead, url: string, error: ReelError): Decision {
    this.#misses.push({ code: error.code, method: head.method, url, message: error.message });
    return { kind: 'reply', reply: this.recorder.missReply(head.url, error) };
  }

  #fix(): string {
    return this.#rerecord ?? `run it once with REEL_MODE=record (and a key), then commit ${this.location}`;
  }

  /** Refused as a miss is, so that SDKs neither retry it nor hide the message; the stray makes the run fail. */
  #late(head: ExchangeHead): Decision {
    const error = this.#lateError(`${head.method} ${this.recorder.redactor.text(head.url)} was sent`);
    return { kind: 'reply', reply: this.recorder.missReply(head.url, error) };
  }

  #lateError(what: string): ReelError {
    const error = new ReelError('REEL_SCOPE_CLOSED', {
      what: `${what} after its test had ended`,
      where: this.test,
      fix: 'await the call in the test (or in an afterEach hook), so that it ends before the test does',
    });
    this.recorder.reportStray(error);
    return error;
  }

  /**
   * Ends the attempt. A passing test without misses saves what it recorded, and so does one that skipped itself, if there was no
   * cassette; any other outcome leaves the cassette as it was.
   * @throws what saving throws (`REEL_STORE_UNWRITABLE`, `REEL_SECRET_FOUND`...): the test has to fail then.
   */
  async close(outcome: Outcome): Promise<ScopeReport> {
    if (outcome === 'passed') await this.#sessions?.settle();
    await this.#verification?.settle(verifyTime);
    if (this.#mayWrite(outcome) && this.#pending.size > 0) await this.#settle();
    return this.closeNow(outcome);
  }

  /** {@link close} without waiting for streams that are still open: for process exit. */
  closeNow(outcome: Outcome): ScopeReport {
    const recorded = [...this.#end(outcome), ...this.#adopted]
      .toSorted((a, b) => a.sentAt - b.sentAt)
      .map(({ interaction }) => interaction);
    const saves = this.#mayWrite(outcome) && recorded.length > 0;
    try {
      if (saves) {
        this.recorder.save({
          scope: this,
          interactions: recorded,
          base: this.#loaded?.base,
          replaces: this.mode === 'record',
        });
      }
    } finally {
      this.#journal?.discard();
      this.recorder.release(this);
    }
    return this.#report(outcome, recorded, saves);
  }

  /** {@link close} of a part of an attempt: nothing is saved, it is {@link adopt}ed by the scope of the process that runs the test. */
  async handOver(outcome: Outcome): Promise<ScopePart> {
    await this.#verification?.settle(verifyTime);
    if (this.#mayWrite(outcome) && this.#pending.size > 0) await this.#settle();
    return this.handOverNow(outcome);
  }

  /** {@link handOver} without waiting for streams that are still open. */
  handOverNow(outcome: Outcome): ScopePart {
    const recorded = this.#end(outcome);
    this.#journal?.discard();
    this.recorder.release(this);
    // Only whoever has all the parts knows what is unused; and who saves the recordings counts them.
    const report = { ...this.#report(outcome, [], false), unused: [] };
    return { report, nested: this.nested, recorded, base: this.#loaded?.base };
  }

  /** Takes over what another process did for this attempt. To be called before {@link close}. */
  adopt({ report, nested, recorded, base }: ScopePart): void {
    this.#misses.push(...report.misses);
    for (const warning of report.warnings) this.#warnings.add(warning);
    this.nested.push(...nested);
    this.#adopted.push(...recorded);
    if (report.used.length + recorded.length === 0) return;
    const loaded = this.#load();
    for (const index of report.used) {
      loaded.index?.take(index);
      this.#use(index);
    }
    if (recorded.length > 0) this.#loaded = { ...loaded, base };
  }

  #end(outcome: Outcome): TimedInteraction[] {
    this.#sessions?.finish(outcome === 'passed');
    this.#isClosed = true;
    this.#endVerification();
    for (const capture of this.#pending) capture.ended({ kind: 'aborted', by: 'client' });
    return this.#recorded.flatMap((interaction, index) =>
      interaction === undefined ? [] : { sentAt: this.#sentAt[index]!, interaction },
    );
  }

  #endVerification(): void {
    if (this.#verification === undefined) return;
    this.#verified = this.#verification.end();
    const { misses, warnings, entry } = verifyOutcome(this.#verified, {
      test: this.test,
      cassette: this.location,
      fix: this.#fix(),
    });
    this.#misses.push(...misses);
    for (const warning of warnings) this.#warnings.add(warning);
    const log = this.recorder.environment['REEL_VERIFY_LOG'];
    if (log !== undefined && log !== '') writeVerifyLog(log, entry);
  }

  #mayWrite(outcome: Outcome): boolean {
    if (!isWriting(this.mode) || this.#misses.length > 0) return false;
    // What a test asked before it skipped itself may be less than the whole test had recorded.
    return outcome === 'passed' || (outcome === 'skipped' && this.#loaded?.isNew === true);
  }

  async #settle(): Promise<void> {
    const deadline = now() + settleTime;
    while (this.#pending.size > 0 && now() < deadline) await wait(5);
    if (this.#pending.size > 0) {
      this.#warnings.add(
        `${this.#pending.size} answer(s) were not read to the end when the test ended; they are recorded as cut`,
      );
    }
  }

  #report(outcome: Outcome, recorded: readonly Interaction[], saved: boolean): ScopeReport {
    const { tape, index } = this.#loaded ?? {};
    const isTelling = outcome === 'passed' && this.#misses.length === 0;
    const isWanted = isTelling && this.recorder.options.unused !== 'ignore';
    const unused = isWanted && index !== undefined && tape !== undefined ? index.unused() : [];
    this.#unused = unused.map((position) => {
      const { method, url } = tape!.requestAt(position)!;
      return { method, url: this.recorder.redactor.text(url) };
    });
    return {
      cassette: this.location,
      ...(this.store.root !== undefined && { file: join(this.store.root, `${this.cassette}.jsonl`) }),
      test: this.test,
      mode: this.mode,
      outcome,
      replayed: [...this.#used.values()].reduce((sum, times) => sum + times, 0),
      recorded: recorded.length,
      used: [...this.#used.keys()],
      ...(tape !== undefined && { tape: { bytes: tape.bytes, interactions: tape.size } }),
      saved,
      misses: this.#misses,
      unused: this.#unused,
      savedUsage: this.mode === 'verify' ? [] : this.#savedUsage(),
      spentUsage: usageOf([...recorded, ...this.#verified.flatMap(({ live }) => live ?? [])]),
      warnings: [...this.#warnings],
    };
  }
}

/** What {@link now} counts from, so that times of several processes compare. Taken at load: tests fake `performance`, too. */
const epoch = performance.timeOrigin;

interface Loaded {
  readonly tape: CassetteTape | undefined;
  readonly index: MatchIndex | undefined;
  /** Revision of the stored cassette when the scope first looked; `undefined` when there was none. */
  readonly base: string | undefined;
  readonly isNew: boolean;
}

/** Thrown at the end of a test whose misses the application swallowed. */
class MissError extends Error {
  override readonly name = 'ReelError';
  readonly code: string;

  constructor(miss: Miss, others: readonly string[]) {
    super([miss.message, ...others].join('\n'));
    this.code = miss.code;
    Object.defineProperty(this, Symbol.for('reel.error'), { value: true });
  }
}

/**
 * SDKs leave a stream as soon as they have seen its last event (`[DONE]`), often before the connection is done: when the
 * stream is complete by its protocol's own rule, nobody cut it.
 */
function withTrueEnding(interaction: Interaction): Interaction {
  const { ending, response, request } = interaction;
  if (ending.kind !== 'aborted' || ending.by !== 'client' || response === undefined) return interaction;
  if (framingOf(mediaType(response.headers)) === 'none') return interaction;
  const isComplete = findProvider(request.url)?.isComplete(readResponse(interaction)) ?? false;
  return isComplete ? { ...interaction, ending: { kind: 'end' } } : interaction;
}

function messageOf(error: unknown): string {
  return isReelError(error) ? error.what : String((error as Error)?.message ?? error);
}
