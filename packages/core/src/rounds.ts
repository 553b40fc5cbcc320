import type { KeyOf } from './matching/key.ts';
import type { MatchRequest } from './matching/matcher.ts';
import type { Tape } from './model/tape.ts';

/**
 * Requests of code that may run again from its beginning in one scope: the hooks of a file, which a worker runs anew for each part of
 * the file it gets. What a later round asks as an earlier one did is the same request again, not one more.
 */
export class Rounds {
  readonly #keyOf: KeyOf;
  /** The round in which a request was first recorded. */
  readonly #recordedIn = new Map<string, number>();
  /** How often a request was answered after all its recordings had been used. */
  readonly #answered = new Map<string, number>();
  #round = 0;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** A test has ended: what comes now may be hooks that run again. */
  next(): void {
    this.#round++;
  }

  /** Whether an earlier round recorded this request. Otherwise it is noted for this one. */
  isRepeated(request: MatchRequest): boolean {
    const key = this.#keyOf(request);
    const first = this.#recordedIn.get(key) ?? this.#round;
    this.#recordedIn.set(key, first);
    return first < this.#round;
  }

  /** The recording that answers a request once more, from the first on; `undefined` in the first round, or when there is none. */
  again(request: MatchRequest, tape: Tape): number | undefined {
    if (this.#round === 0) return undefined;
    const key = this.#keyOf(request);
    const equal: number[] = [];
    for (let index = 0; ; index++) {
      const recorded = tape.requestAt(index);
      if (recorded === undefined) break;
      if (this.#keyOf(recorded) === key) equal.push(index);
    }
    const times = this.#answered.get(key) ?? 0;
    this.#answered.set(key, times + 1);
    return equal[times % equal.length];
  }
}
