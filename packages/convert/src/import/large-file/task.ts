import type { MessagePort } from 'node:worker_threads';
import type { SourceFile } from '../sources.ts';
import type { CompressedBlock } from '../compressed-block.ts';

/** What both threads of a large file are told. */
export interface Task {
  readonly source: SourceFile;
  /** The cassette. */
  readonly name: string;
  /** To the other thread. */
  readonly port: MessagePort;
  /** Where this thread writes its half; absent in a dry run. */
  readonly path: string | undefined;
  /** How many blocks were read and not yet taken: one number, shared. */
  readonly waiting: Int32Array;
}

/** From the thread that reads to the one that learns the ids. */
export type FromReader =
  /** Made by `toBlock`. */
  | { readonly kind: 'block'; readonly block: Uint8Array }
  /** All was read. */
  | { readonly kind: 'end'; readonly recordedAt: number };

/** The other way: what the reader is to write after all. */
export interface SecondHalf {
  readonly blocks: readonly CompressedBlock[];
  /** The number of its first interaction. */
  readonly from: number;
  /** Ids and what stands in their place. */
  readonly ids: readonly (readonly [id: string, replacement: string])[];
}
