import { checkAge } from './age.ts';
import { openCassette, type CassetteTape } from './cassette/tape.ts';
import { isReelError, ReelError } from './errors.ts';
import { createMatchIndex, type Found, type MatchIndex } from './matching/index.ts';
import type { MatchRequest } from './matching/matcher.ts';
import type { Interaction } from './model/interaction.ts';
import { isWriting } from './mode.ts';
import { findProvider } from './providers/index.ts';
import { recordedElsewhere } from './recorded-elsewhere.ts';
import { redactedTape } from './redacted-tape.ts';
import { nowEverywhere } from './replay/clock.ts';
import { addUsage, multiplyUsage, type ModelUsage, type ScopeReport } from './report.ts';
import { sentenceOf, type ScopeProblems } from './scope-problems.ts';
import { shellQuote } from './shell-quote.ts';
import type { ScopePart, SharedTest } from './shared-test.ts';
import type { TestScope } from './test-scope.ts';
import { usageOf } from './usage.ts';

type Scope = Pick<TestScope, 'cassette' | 'location' | 'mode' | 'recorder' | 'store'>;

/** A cassette that may answer, and which recording answers what. */
interface Playable {
  readonly tape: CassetteTape;
  readonly index: MatchIndex;
}

/**
 * The cassette of a scope as it was before, read when the first request comes: what may answer, and what has. Methods that read it
 * throw when it is damaged, which is never the same as absent.
 */
export class ScopeTape {
  readonly #scope: Scope;
  readonly #problems: ScopeProblems;
  readonly #shared: SharedTest | undefined;
  /** Positions that were replayed, and how often: a load test repeats one a million times. */
  readonly #used = new Map<number, number>();
  /** What other processes replayed. */
  readonly #adopted: ScopeReport[] = [];
  #isRead = false;
  #isNew = false;
  #base: string | undefined;
  #playable: Playable | undefined;
  #hasBegunAgain = false;

  constructor(scope: Scope, problems: ScopeProblems, shared: SharedTest | undefined) {
    this.#scope = scope;
    this.#problems = problems;
    this.#shared = shared;
  }

  /** Whether the scope looked, and found no cassette. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Revision of the stored cassette when the scope first looked; `undefined` when there was none, or nobody may write it. */
  get base(): string | undefined {
    return this.#base;
  }

  /** The code of this scope runs again from its beginning: from now on used recordings answer once more. */
  beginAgain(): void {
    this.#hasBegunAgain = true;
  }

  /** Whether every request is to go upstream and be recorded, whatever is on tape. */
  isRecordedAnew(): boolean {
    const playable = this.#read();
    const { mode } = this.#scope;
    return (
      mode === 'record' ||
      (mode === 'once' && this.#isNew) ||
      (mode === 'record-if-missing' && playable === undefined)
    );
  }

  /** The recording for a request that no other process of this attempt has taken. */
  find(request: MatchRequest): Found | undefined {
    const index = this.#read()?.index;
    if (index === undefined) return undefined;
    for (;;) {
      const found = index.find(request);
      if (found === undefined) return undefined;
      if ('exhausted' in found) {
        const mayAgain = this.#hasBegunAgain || this.#shared?.hasBegunAgain() === true;
        const again = mayAgain ? index.again(request) : undefined;
        return again === undefined ? found : { index: again };
      }
      // One that is used and found all the same is the last of its kind, which may repeat.
      if (index.isUsed(found.index) || this.#shared?.take(found.index) !== false) return found;
      index.take(found.index);
    }
  }

  /** Whether a recording that was found has answered before. */
  isUsed(position: number): boolean {
    return this.#playable?.index.isUsed(position) ?? false;
  }

  /** Uses a recording that was found. */
  take(position: number): Interaction {
    const interaction = this.#playable!.tape.interactionAt(position);
    this.count(position);
    return interaction;
  }

  /** {@link take} for who has the answer already. */
  count(position: number): void {
    this.#playable?.index.take(position);
    this.#used.set(position, (this.#used.get(position) ?? 0) + 1);
  }

  /** Takes over what another process did with the same cassette. */
  adopt({ report, recorded, base }: ScopePart): void {
    if (report.used.length + recorded.length === 0) return;
    this.#read();
    for (const position of report.used) this.#playable?.index.take(position);
    this.#adopted.push(report);
    if (recorded.length > 0) this.#base = base;
  }

  /** Why nothing on tape answers a request. */
  missError(request: MatchRequest, exhausted: number | undefined): ReelError {
    const { recorder, location, mode } = this.#scope;
    const { where, fix, test } = this.#problems;
    if (this.#playable === undefined) {
      return new ReelError('REEL_CASSETTE_NOT_FOUND', {
        what: `${request.method} ${request.url} is not recorded: there is no cassette yet`,
        where: `${test} (would be ${location})`,
        fix: [fix, ...this.#otherRemedies(request)].join('\n         '),
      });
    }
    const { tape, index } = this.#playable;
    const isUsed = (position: number): boolean => index.isUsed(position);
    return recorder.missError({ request, tape, exhausted, isUsed, where, fix, mode });
  }

  /** What else may be the matter when there is no cassette. */
  #otherRemedies({ url, ...request }: MatchRequest): string[] {
    const { store, location } = this.#scope;
    const former = recordedElsewhere(this.#scope, { ...request, url });
    if (former !== undefined) {
      const [from, to] = [shellQuote(store.locate(former)), shellQuote(location)];
      return [`if the test or its file was renamed, rename the cassette: git mv ${from} ${to}`];
    }
    if (findProvider(url) !== undefined) return [];
    return [`if it is no LLM, leave it alone: passthrough: [${JSON.stringify(URL.parse(url)?.host ?? url)}]`];
  }

  /** Recordings that were never used. Walks to the end of the tape. */
  unused(): ScopeReport['unused'] {
    if (this.#playable === undefined) return [];
    const { tape, index } = this.#playable;
    return index.unused().map((position) => {
      const { method, url } = tape.requestAt(position)!;
      return { method, url: this.#scope.recorder.redactor.url(url) };
    });
  }

  /** What was replayed, as the report has it. */
  report(): Pick<ScopeReport, 'replayed' | 'tape' | 'used'> {
    const tape = this.#playable?.tape;
    const times = [...this.#used.values(), ...this.#adopted.map(({ replayed }) => replayed)];
    return {
      replayed: times.reduce((sum, count) => sum + count, 0),
      used: [...new Set([...this.#used.keys(), ...this.#adopted.flatMap(({ used }) => used)])],
      ...(tape !== undefined && { tape: { bytes: tape.bytes, interactions: tape.size } }),
    };
  }

  savedUsage(): ModelUsage[] {
    if (this.#playable === undefined) return [];
    const { tape } = this.#playable;
    const own = [...this.#used].flatMap(([position, times]) =>
      multiplyUsage(usageOf([tape.interactionAt(position)]), times),
    );
    return addUsage([...own, ...this.#adopted.flatMap(({ savedUsage }) => savedUsage)]);
  }

  #read(): Playable | undefined {
    if (this.#isRead) return this.#playable;
    const { recorder, store, cassette, mode, location: where } = this.#scope;
    const stored = store.read(cassette);
    if (stored === undefined) {
      this.#isNew = true;
    } else {
      // A hash of the whole file: only who may write it needs to know whether somebody else did.
      if (isWriting(mode)) this.#base = stored.revision;
      const readBlob = (hash: string): Uint8Array | undefined => store.readBlob(cassette, hash);
      const source = { bytes: stored.bytes, where, readBlob };
      if (mode === 'record') this.#assertReplaceable(source);
      else {
        const tape = redactedTape(openCassette(source), recorder.redactor);
        this.#checkAge(tape.header.recordedAt);
        const index = createMatchIndex(recorder.redactedTape(tape), recorder.match);
        this.#playable = { tape, index };
      }
    }
    // Last: what is damaged is so for every request.
    this.#isRead = true;
    return this.#playable;
  }

  #checkAge(recordedAt: string): void {
    const { recorder, location } = this.#scope;
    const { maxAge } = recorder.options;
    if (maxAge === undefined) return;
    const { fix, warnings } = this.#problems;
    const warning = checkAge({ recordedAt, where: location, fix }, maxAge, nowEverywhere());
    if (warning !== undefined) warnings.add(warning);
  }

  /** Recording anew is the cure of a damaged cassette, but a newer format is somebody else's good work. */
  #assertReplaceable(source: Parameters<typeof openCassette>[0]): void {
    try {
      openCassette(source);
    } catch (error) {
      if (isReelError(error) && error.code === 'REEL_CASSETTE_VERSION') throw error;
      this.#problems.warnings.add(`${source.where} was damaged and is recorded anew: ${sentenceOf(error)}`);
    }
  }
}
