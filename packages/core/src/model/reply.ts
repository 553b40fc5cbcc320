import type { HeaderList } from './headers.ts';
import type { Ending } from './interaction.ts';

/**
 * An answer from tape. Pull-driven: nothing is produced until the transport asks. Chunks are decoded bytes; a transport
 * that hands raw bytes to the client compresses them by {@link contentEncoding}, flushing per chunk.
 */
export interface Reply {
  /** Absent when the recorded exchange failed before a response: fail with {@link ending}. */
  readonly response?: { readonly status: number; readonly statusText: string; readonly headers: HeaderList };
  readonly contentEncoding: string | undefined;
  /** All body chunks in order, already cut as the `chunking` option asks. */
  readonly chunks: readonly Uint8Array[];
  /** Whether {@link delayBefore} is anything but 0 anywhere. */
  readonly isPaced: boolean;
  /**
   * Milliseconds to wait before the chunk at `index` (or before the end, at `chunks.length`); 0 for no wait. Wait with
   * {@link Reply.wait}, which fake timers do not reach.
   */
  delayBefore(index: number): number;
  /** Resolves after `ms` of real time, or rejects when the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  readonly ending: Ending;
  /** The error to fail the client with when {@link ending} is `aborted`. Made anew at each call. */
  error(): NodeJS.ErrnoException;
  /** Call when the client left before the end (abort, cancel): a replay that was cut is not a defect. */
  abandoned(): void;
}

/** How long a recording that the client had cut waits for the client to leave again, in milliseconds. */
export const cutGrace = 10_000;

/**
 * How long a client has to take in what came before the connection breaks, in milliseconds. On a wire it has that time, too: an
 * error in the same turn as the headers is one that no fetch is prepared for.
 */
export const breakGrace = 5;
