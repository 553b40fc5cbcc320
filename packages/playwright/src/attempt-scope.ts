import type { Attempt } from '@reel/core/adapter';
import type { Miss } from '@reel/core';
import type { TestScope } from '@reel/core/engine';

/** What Reel knows of the test that runs: the fixture `reel`. */
export interface ReelTest {
  /** Requests of this process so far that had to be on tape and were not. */
  readonly misses: readonly Miss[];
  /** Where the cassette is, for people. */
  readonly location: string;
}

/** A scope, and how servers share it. */
export interface OpenAttempt {
  readonly scope: TestScope;
  readonly attempt: Attempt;
}

/**
 * One attempt of a test, or what the hooks of a file do in one worker. Opened by the first who needs it: a test without calls costs next
 * to nothing.
 */
export class AttemptScope implements ReelTest {
  readonly #make: () => OpenAttempt;
  #opened: OpenAttempt | undefined;
  #problem: Error | undefined;
  #isOver = false;

  constructor(make: () => OpenAttempt) {
    this.#make = make;
  }

  /** @throws what opening a scope throws. */
  open(): OpenAttempt {
    if (this.#opened !== undefined) return this.#opened;
    try {
      this.#opened = this.#make();
    } catch (error) {
      // The application may swallow it.
      this.#problem ??= error as Error;
      throw error;
    }
    // Only a call that comes too late opens it now.
    if (this.#isOver) this.#opened.scope.closeNow('skipped');
    return this.#opened;
  }

  /** Of hooks: they run again, for another part of the file. */
  nextRound(): void {
    this.#opened?.scope.nextRound();
  }

  /** The test is over. Returns what was opened, if anything was, and why it could not be. */
  end(): { readonly opened: OpenAttempt | undefined; readonly problem: Error | undefined } {
    this.#isOver = true;
    return { opened: this.#opened, problem: this.#problem };
  }

  get misses(): readonly Miss[] {
    return this.#opened?.scope.misses ?? [];
  }

  get location(): string {
    return this.open().scope.location;
  }
}
