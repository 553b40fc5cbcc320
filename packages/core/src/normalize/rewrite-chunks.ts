import type { Chunk } from '../model/chunk.ts';
import { fromByteText } from './byte-text.ts';
import { applyEdits, movedCuts, type Edit } from './edits.ts';

/**
 * Applies settled edits to a body that lies in chunks. Chunks whose bytes stay the same come back as they are, and the list itself when
 * all of them do: in a cassette that is normalized already, ids are replaced by themselves.
 * @param text the joined chunks, as byte text
 */
export function rewriteChunks(
  chunks: readonly Chunk[],
  text: string,
  edits: readonly Edit[],
): readonly Chunk[] {
  const rewritten = applyEdits(text, edits);
  if (rewritten === text && chunks.length === 1) return chunks;
  // All chunks are parts of one array: an array for each, thousands in a long stream, would take longer than the rest.
  const bytes = fromByteText(rewritten);
  let length = 0;
  const cuts = chunks.map((chunk) => (length += chunk.bytes.byteLength));
  const moved = movedCuts(cuts, edits);
  let isChanged = false;
  let next = 0;
  const result = chunks.map((chunk, index) => {
    const from = index === 0 ? 0 : cuts[index - 1]!;
    while (next < edits.length && edits[next]!.end <= from) next++;
    // Nearly as many have none as have some.
    if (next === edits.length || edits[next]!.start >= cuts[index]!) return chunk;
    const [start, end] = [index === 0 ? 0 : moved[index - 1]!, moved[index]!];
    if (text.slice(from, cuts[index]) === rewritten.slice(start, end)) return chunk;
    isChanged = true;
    return { ...chunk, bytes: bytes.subarray(start, end) };
  });
  return isChanged ? result : chunks;
}
