import { headerValue } from '../model/headers.ts';
import type { Tape } from '../model/tape.ts';
import { keyOfRules, type KeyOf } from './key.ts';
import type { MatchOptions, MatchRequest } from './matcher.ts';
import { compileRules, type MatchRules } from './rules.ts';

/** What a look-up found. `exhausted`: so many recordings equal the request, and all were used before. */
export type Found = { readonly index: number } | { readonly exhausted: number };

/**
 * Which recording answers a request. Equal requests get equal recordings first in, first out; different ones in any order.
 * A recording is used once, unless `repeat: 'last'` lets the last of its kind answer again.
 */
export interface MatchIndex {
  /** The request's key: a short text, equal for equal requests. */
  keyOf(request: MatchRequest): string;
  /** The recording to answer with; does not use it up. `undefined` when the tape has no equal request. */
  find(request: MatchRequest): Found | undefined;
  /**
   * The recording for a request that has used up all equal ones, where that is no miss: the program began again. They come round in
   * their order, from the first on. Does not use it up; `undefined` when the tape has no equal request.
   */
  again(request: MatchRequest): number | undefined;
  /** Uses a recording, once more if it was used before. */
  take(index: number): void;
  /** Makes all recordings new again: a retry of a test starts from the beginning. */
  rewind(): void;
  isUsed(index: number): boolean;
  /** Positions never taken, ascending. Walks to the end of the tape. */
  unused(): number[];
  /** Number of recordings taken, each counted once. */
  used(): number;
}

/**
 * The key function alone. It is pure, and the same for incoming and recorded requests.
 * @throws REEL_INVALID_OPTION
 */
export function createKeyOf(options: MatchOptions): KeyOf {
  return keyOfRules(compileRules(options));
}

/**
 * Looks requests up on a tape in constant time. Recorded requests are read and keyed in order, and only as far as needed:
 * a replay in the recorded order never reads further than it has come, and a miss reads to the end once.
 *
 * A tape may grow while it is in use: what is appended is found.
 * @throws REEL_INVALID_OPTION
 */
export function createMatchIndex(tape: Tape, options: MatchOptions): MatchIndex {
  return new KeyedIndex(tape, compileRules(options));
}

/** Recordings of one key, in order. */
interface Group {
  readonly members: number[];
  /** Position in `members` before which all are used. */
  head: number;
}

class KeyedIndex implements MatchIndex {
  readonly keyOf: KeyOf;
  readonly #tape: Tape;
  readonly #rules: MatchRules;
  readonly #groups = new Map<string, Group>();
  /** Recordings before this one have a key. */
  #keyed = 0;
  /** How often each recording was taken; nothing for never. */
  readonly #uses: number[] = [];
  #usedCount = 0;
  /** All recordings before this one are used. */
  #firstUnused = 0;
  /** The recording read last: asked for again by each look-up until it is taken. */
  #lastRead: { readonly index: number; readonly request: MatchRequest | undefined } | undefined;

  constructor(tape: Tape, rules: MatchRules) {
    this.#tape = tape;
    this.#rules = rules;
    this.keyOf = keyOfRules(rules);
  }

  find(request: MatchRequest): Found | undefined {
    // The usual case, a replay in the recorded order by the code that recorded: the next recording is the very same request.
    // Then no key is needed, for nothing before it could come first. Three times as fast.
    const next = this.#read(this.#firstUnused);
    if (next !== undefined && this.#isIdentical(request, next) && this.#agrees(request, next)) {
      return { index: this.#firstUnused };
    }
    return this.#findByKey(request);
  }

  #findByKey(request: MatchRequest): Found | undefined {
    const key = this.keyOf(request);
    do {
      const index = this.#firstFree(key, request);
      if (index !== undefined) return { index };
    } while (this.#keyUntil(key));
    const all = this.#equal(key, request);
    if (all.length === 0) return undefined;
    return this.#rules.repeatLast ? { index: all.at(-1)! } : { exhausted: all.length };
  }

  again(request: MatchRequest): number | undefined {
    const key = this.keyOf(request);
    while (this.#keyUntil(key));
    // The least used one, and not a counter for each key: a custom matcher makes several queues of one key.
    let next: number | undefined;
    for (const index of this.#equal(key, request)) {
      if (next === undefined || this.#usesOf(index) < this.#usesOf(next)) next = index;
    }
    return next;
  }

  /** The recordings of a key, as far as they are keyed, that the custom matchers agree to. */
  #equal(key: string, request: MatchRequest): number[] {
    return (this.#groups.get(key)?.members ?? []).filter((index) => this.#agreesAt(request, index));
  }

  #usesOf(index: number): number {
    return this.#uses[index] ?? 0;
  }

  #firstFree(key: string, request: MatchRequest): number | undefined {
    const group = this.#groups.get(key);
    if (group === undefined) return undefined;
    const { members } = group;
    while (group.head < members.length && this.isUsed(members[group.head]!)) group.head++;
    for (let at = group.head; at < members.length; at++) {
      const index = members[at]!;
      if (!this.isUsed(index) && this.#agreesAt(request, index)) return index;
    }
    return undefined;
  }

  /** Keys recordings until one with this key was added; `false` at the end of the tape. */
  #keyUntil(wanted: string): boolean {
    for (;;) {
      const request = this.#read(this.#keyed);
      if (request === undefined) return false;
      const key = this.keyOf(request);
      const group = this.#groups.get(key);
      if (group === undefined) this.#groups.set(key, { members: [this.#keyed], head: 0 });
      else group.members.push(this.#keyed);
      this.#keyed++;
      if (key === wanted) return true;
    }
  }

  #read(index: number): MatchRequest | undefined {
    if (this.#lastRead?.index === index && this.#lastRead.request !== undefined)
      return this.#lastRead.request;
    const request = this.#tape.requestAt(index);
    this.#lastRead = { index, request };
    return request;
  }

  /** Equal in everything that a key can be made of, byte for byte; so their keys are equal too. */
  #isIdentical(a: MatchRequest, b: MatchRequest): boolean {
    return (
      a.url === b.url &&
      a.method === b.method &&
      a.body.byteLength === b.body.byteLength &&
      Buffer.compare(a.body, b.body) === 0 &&
      headerValue(a.headers, 'content-type') === headerValue(b.headers, 'content-type') &&
      headerValue(a.headers, 'content-encoding') === headerValue(b.headers, 'content-encoding') &&
      // A header that counts may repeat; those requests take the way by key.
      this.#rules.headers.length === 0
    );
  }

  #agreesAt(request: MatchRequest, index: number): boolean {
    return this.#rules.custom.length === 0 || this.#agrees(request, this.#read(index)!);
  }

  #agrees(request: MatchRequest, recorded: MatchRequest): boolean {
    // A string names the reason of a "no".
    return this.#rules.custom.every((matcher) => matcher(request, recorded) === true);
  }

  take(index: number): void {
    const times = this.#usesOf(index);
    this.#uses[index] = times + 1;
    if (times > 0) return;
    this.#usedCount++;
    while (this.isUsed(this.#firstUnused)) this.#firstUnused++;
  }

  rewind(): void {
    this.#uses.length = 0;
    this.#usedCount = 0;
    this.#firstUnused = 0;
    for (const group of this.#groups.values()) group.head = 0;
  }

  isUsed(index: number): boolean {
    return this.#usesOf(index) > 0;
  }

  unused(): number[] {
    const unused: number[] = [];
    const known = Math.max(this.#keyed, this.#uses.length);
    for (let index = 0; index < known || this.#read(index) !== undefined; index++) {
      if (!this.isUsed(index)) unused.push(index);
    }
    return unused;
  }

  used(): number {
    return this.#usedCount;
  }
}
