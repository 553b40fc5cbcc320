import type { Interaction } from './model/interaction.ts';
import type { ScopeReport } from './report.ts';

/**
 * How several processes that work for one attempt of a test (the test itself, servers it talks to) share its cassette: all of
 * them replay from it, each recording to one of them, and what they record is saved by the one that runs the test.
 */
export interface SharedTest {
  /** This process has something to do with the cassette from now on. Called before each request is planned. */
  join(): void;
  /** Takes a recording, by its position on tape, for this process. `false`: another process has it already. */
  take(index: number): boolean;
  /** The code of the attempt runs again from its beginning, in all processes. Only the one that runs the test can say so. */
  beginAgain(): void;
  /** Whether {@link beginAgain} was called in any process. */
  hasBegunAgain(): boolean;
}

/** A recording, and when its request was sent: recordings of several processes are put in that order. */
export interface TimedInteraction {
  /** Milliseconds since the epoch, with fractions. */
  readonly sentAt: number;
  /** Redacted, and not normalized: an id that one process was answered may be asked for by another. */
  readonly interaction: Interaction;
}

/** What one process did for an attempt whose cassette another one saves. */
export interface ScopePart {
  readonly report: ScopeReport;
  /** Reports of the `useCassette` calls inside it. */
  readonly nested: readonly ScopeReport[];
  readonly recorded: readonly TimedInteraction[];
  /** Revision of the cassette when this process looked; `undefined` when there was none, or it did not look. */
  readonly base: string | undefined;
}
