import type { Difference } from '../../matching/explain.ts';

/** What became of one interaction. */
export interface InteractionChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Number in the first cassette, from 1. */
  readonly before?: number;
  /** Number in the second. */
  readonly after?: number;
  /** `POST api.openai.com/v1/chat/completions`. */
  readonly endpoint: string;
  /** What it is about, in a few words: the last thing the user said. */
  readonly about?: string;
  readonly differences: readonly CassetteDifference[];
}

/** One thing that differs between two recordings of a call. */
export interface CassetteDifference extends Pick<Difference, 'kind' | 'part' | 'path'> {
  readonly side: 'request' | 'answer';
  readonly before?: string;
  readonly after?: string;
  /** To be printed; the first names the part. */
  readonly lines: readonly string[];
}

export interface CassetteComparison {
  readonly changes: readonly InteractionChange[];
  /** Interactions that are the same on both sides. */
  readonly same: number;
}
