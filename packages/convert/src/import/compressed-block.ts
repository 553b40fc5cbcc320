import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ReadInteraction } from '@reel/core/engine';
import { fromBlock, toBlock } from './block.ts';

/** Bytes of bodies and headers that are best kept together: small enough to hold twice, large enough to compress well. */
export const blockBytes = 1 << 20;

const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Some interactions that wait, a few times smaller than they are. */
export interface CompressedBlock {
  readonly bytes: Uint8Array;
  /** How many interactions it holds. */
  readonly count: number;
}

export function compress(items: readonly ReadInteraction[]): CompressedBlock {
  return { bytes: zstdCompressSync(toBlock(items), fastest), count: items.length };
}

export function decompress({ bytes }: CompressedBlock): Iterable<ReadInteraction> {
  return fromBlock(zstdDecompressSync(bytes));
}
