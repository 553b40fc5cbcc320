import { joinChunks, type Chunk } from '../model/chunk.ts';

/**
 * The bytes of a body, to be read only: chunks that lie one behind the other in memory, as after a split, are not copied. Not for bytes
 * that are handed on: who writes into them, or transfers their buffer to another thread, would do so to the chunks.
 */
export function bodyBytes(chunks: readonly Chunk[]): Uint8Array {
  const first = chunks[0]?.bytes;
  if (first === undefined || !areOnePiece(chunks, first)) return joinChunks(chunks);
  const last = chunks.at(-1)!.bytes;
  return new Uint8Array(first.buffer, first.byteOffset, last.byteOffset + last.byteLength - first.byteOffset);
}

/**
 * The same bytes, never as a `Buffer`: loops over bytes are the bulk of the work here, and the engine makes the best of them when all
 * are of one kind.
 */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function areOnePiece(chunks: readonly Chunk[], first: Uint8Array): boolean {
  let at = first.byteOffset;
  for (const { bytes } of chunks) {
    if (bytes.buffer !== first.buffer || bytes.byteOffset !== at) return false;
    at += bytes.byteLength;
  }
  return true;
}
