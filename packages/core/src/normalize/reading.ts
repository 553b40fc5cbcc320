import type { HeaderList } from '../model/headers.ts';
import type { Interaction, RecordedRequest } from '../model/interaction.ts';
import type { EditList } from './edits.ts';

/**
 * What an interaction tells by itself, without the others of its cassette. In two parts, because the first is needed where the ids of
 * the cassette come together, and the second only where the interaction is rewritten. Plain data, which a structured
 * clone carries.
 */
export interface Findings {
  readonly facts: Facts;
  readonly places: Places;
}

export interface Facts {
  /** With its stable boundary; the interaction's own where that changes nothing. */
  readonly request: RecordedRequest;
  /** Hashes of the words of the request, as a `RunSet` keeps them. */
  readonly sent: Int32Array;
  /** Absent when no response arrived. */
  readonly answer?: AnswerFacts;
}

export interface AnswerFacts {
  /** The key of {@link Facts.request}, where it was asked for ahead. */
  readonly key?: string;
  /** In the order in which they are to be named. */
  readonly ids: readonly PossibleId[];
  /** With constants for what is volatile and no id. */
  readonly headers: HeaderList;
  readonly headerIds: readonly HeaderId[];
}

/** A value at a place of ids, distinctive enough to be followed. */
export interface PossibleId {
  readonly value: string;
  /** What it is named after: `body 3`. */
  readonly place: string;
  /** Whether it is an id even if a request brought it first. */
  readonly evenIfSent: boolean;
}

/** A header whose value is an id, distinctive or not. */
export interface HeaderId {
  /** In {@link AnswerFacts.headers}. */
  readonly index: number;
  /** `header x-request-id 0` */
  readonly place: string;
}

export interface Places {
  /** Whether ids are to be sought in the body; not in sound and pictures. */
  readonly isSearched: boolean;
  /** The edits of volatile fields, by offset in the whole body; in order, none overlapping another. */
  readonly volatile: EditList;
  /** Whatever could be an id that a stream cut in two, one a line; absent when that was not worked out. */
  readonly crossings?: string | undefined;
  /** Of a WebSocket session: the edits of volatile fields, by frame. */
  readonly frames?: readonly EditList[];
}

/** What the ids of the interactions before made of {@link Facts}. */
export interface Named {
  /** With the ids known so far rewritten; the same as in {@link Facts} where none occurs. */
  readonly request: RecordedRequest;
  /** The response headers with their volatile values replaced. */
  readonly headers: HeaderList;
}

/** All that is known of an interaction when its turn to be rewritten comes. */
export interface Reading extends Named, Places {}

/** An interaction and what the first pass found out about it: plain data, which a structured clone carries. */
export interface ReadInteraction {
  readonly interaction: Interaction;
  readonly reading: Reading;
}
