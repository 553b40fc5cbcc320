import type { Ending, HeaderList } from '@reel/core/engine';
import type { NoteCode } from './notes.ts';

/** What a reader found in a recording, in the order of the file. */
export type Found = FoundExchange | FoundSession | Skipped | Remark;

/** A request and what answered it, as the recording has them: encodings and lies included. */
export interface FoundExchange {
  readonly kind: 'exchange';
  /** Where it stands in its file, for people: `interaction 3`. */
  readonly where: string;
  readonly request: FoundRequest;
  /** Absent when no answer arrived. */
  readonly response?: FoundResponse;
  /** Default: the answer arrived whole. */
  readonly ending?: Ending;
  /** When it was recorded, in milliseconds since 1970. */
  readonly recordedAt?: number;
  /** What the recording did not carry, or carried in another form. */
  readonly notes?: readonly NoteCode[];
}

export interface FoundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

export interface FoundResponse {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: HeaderList;
  /** The stored bytes, still compressed where the recording has them so. */
  readonly body: Uint8Array;
  /** How the body was cut on the wire and when, where the recording knows it. Together they are {@link body}. */
  readonly pieces?: readonly TimedPiece[];
}

export interface TimedPiece {
  readonly bytes: Uint8Array;
  /** Milliseconds after the response headers. */
  readonly at: number;
}

/** A WebSocket conversation. */
export interface FoundSession {
  readonly kind: 'session';
  readonly where: string;
  /** Absent where the format does not keep it. */
  readonly url?: string;
  /** Of the handshake. */
  readonly headers?: HeaderList;
  readonly responseHeaders?: HeaderList;
  readonly frames: readonly FoundFrame[];
  readonly close?: { readonly code: number; readonly reason: string };
  readonly recordedAt?: number;
  readonly notes?: readonly NoteCode[];
}

export interface FoundFrame {
  readonly direction: 'sent' | 'received';
  readonly data: Uint8Array;
  /** Absent where the format does not keep it. */
  readonly isBinary?: boolean;
  /** Milliseconds since 1970. */
  readonly time?: number;
}

/** Something that cannot become an interaction, and why. */
export interface Skipped {
  readonly kind: 'skipped';
  readonly where: string;
  readonly reason: string;
}

/** Something to say about the file as a whole. */
export interface Remark {
  readonly kind: 'remark';
  readonly note: NoteCode;
}

export function skipped(where: string, reason: string): Skipped {
  return { kind: 'skipped', where, reason };
}

export function remark(note: NoteCode): Remark {
  return { kind: 'remark', note };
}
