import { encodeInteraction } from './cassette/format.ts';
import type { Journal } from './cassette/store.ts';
import type { ExchangeHead } from './interception/transport.ts';
import { createKeyOf } from './matching/index.ts';
import { mediaType } from './model/headers.ts';
import type { Interaction } from './model/interaction.ts';
import { findProvider } from './providers/index.ts';
import { readResponse } from './providers/readable.ts';
import { foldParts } from './recorded-in-parts.ts';
import { Capture } from './recording/capture.ts';
import { framingOf } from './recording/split.ts';
import { now, nowEverywhere, wait } from './replay/clock.ts';
import { sentenceOf, type ScopeProblems } from './scope-problems.ts';
import type { TimedInteraction } from './shared-test.ts';
import type { TestScope } from './test-scope.ts';

/** How long a passing test's recordings may still be streaming when it ends, in milliseconds. */
const settleTime = 2000;

type Scope = Pick<TestScope, 'cassette' | 'location' | 'recorder' | 'store'>;

/** A request that went upstream: its place among the others is taken when it is sent, whenever the answer ends. */
interface Sent {
  readonly sentAt: number;
  /** Absent until the answer has ended. */
  interaction: Interaction | undefined;
}

/** What a scope records: kept redacted in memory, and in the journal beside the cassette, until the test has passed. */
export class ScopeRecording {
  readonly #scope: Scope;
  readonly #problems: ScopeProblems;
  readonly #sent: Sent[] = [];
  readonly #adopted: TimedInteraction[] = [];
  readonly #pending = new Set<Capture>();
  /** When each part of the recording begins, but for the first. */
  readonly #begunAt: number[] = [];
  #journal: Journal | undefined;

  constructor(scope: Scope, problems: ScopeProblems) {
    this.#scope = scope;
    this.#problems = problems;
  }

  /** The code of this scope runs again from its beginning: what it sends from now on is a part of its own. */
  beginAgain(): void {
    this.#begunAt.push(nowEverywhere());
  }

  /** Takes the place of the next recording; to be called with what was recorded. */
  reserve(): (live: Interaction) => void {
    const sent: Sent = { sentAt: nowEverywhere(), interaction: undefined };
    const number = this.#sent.push(sent);
    return (live) => {
      sent.interaction = this.#scope.recorder.redactor.interaction(withTrueEnding(live));
      this.#note(number, sent.interaction);
    };
  }

  /** Listens to a request that goes upstream. @param body when it was read already */
  capture({ method, url, headers }: ExchangeHead, body?: Uint8Array): Capture {
    const keep = this.reserve();
    const capture = new Capture({
      request: { method, url, headers },
      ...(body !== undefined && { body }),
      timing: this.#scope.recorder.replyOptions.timing === 'recorded',
      now,
      onEnd: (live) => {
        this.#pending.delete(capture);
        keep(live);
      },
    });
    this.#pending.add(capture);
    return capture;
  }

  /** Takes over what another process recorded. */
  adopt(recorded: readonly TimedInteraction[]): void {
    this.#adopted.push(...recorded);
  }

  /** Waits for answers that are still streaming, but not for ever. */
  async settle(): Promise<void> {
    const deadline = now() + settleTime;
    while (this.#pending.size > 0 && now() < deadline) await wait(5);
    if (this.#pending.size === 0) return;
    this.#problems.warnings.add(
      `${this.#pending.size} answer(s) were not read to the end when the test ended; they are recorded as cut`,
    );
  }

  /** The test is over: what is still streaming ends here. */
  end(): void {
    for (const capture of this.#pending) capture.ended({ kind: 'aborted', by: 'client' });
  }

  /** All that was recorded here, in the order in which it was sent. */
  own(): TimedInteraction[] {
    return this.#sent.flatMap(({ sentAt, interaction }) =>
      interaction === undefined ? [] : { sentAt, interaction },
    );
  }

  /** All that was recorded, by other processes too, in the order in which it was sent. */
  all(): Interaction[] {
    return this.#inOrder().map(({ interaction }) => interaction);
  }

  /** {@link all} as it is to be stored: what code that ran again sent again is there once. */
  whole(): Interaction[] {
    if (this.#begunAt.length === 0) return this.all();
    const parts = Map.groupBy(this.#inOrder(), ({ sentAt }) =>
      this.#begunAt.findLastIndex((begunAt) => begunAt <= sentAt),
    );
    const keyOf = createKeyOf(this.#scope.recorder.match);
    return foldParts(parts.values(), ({ interaction }) => keyOf(interaction.request)).map(
      ({ interaction }) => interaction,
    );
  }

  #inOrder(): TimedInteraction[] {
    return [...this.own(), ...this.#adopted].toSorted((a, b) => a.sentAt - b.sentAt);
  }

  /** The journal is needed no more: stored, or not to be. */
  discardJournal(): void {
    this.#journal?.discard();
  }

  #note(number: number, interaction: Interaction): void {
    const { store, cassette, location } = this.#scope;
    try {
      this.#journal ??= store.journal(cassette);
      this.#journal.append(encodeInteraction(number, interaction, { verbatim: true }).bytes);
    } catch (error) {
      // The recording goes on in memory; whether it can be stored is decided, loudly, when it is finished.
      this.#problems.warnings.add(`the journal beside ${location} cannot be written: ${sentenceOf(error)}`);
    }
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
