import type { CompressedBlock } from '../compressed-block.ts';

/** Cuts a list of blocks where about half of the bytes are before. */
export function halves(
  blocks: readonly CompressedBlock[],
): readonly [first: CompressedBlock[], second: CompressedBlock[]] {
  const total = blocks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  let size = 0;
  const cut = blocks.findIndex(({ bytes }) => (size += bytes.byteLength) * 2 >= total) + 1;
  return [blocks.slice(0, cut), blocks.slice(cut)];
}
