import { deserialize, serialize } from 'node:v8';
import type { Chunk, ReadInteraction } from '@reel/core/engine';

/** An interaction with its chunks as one body: a stream has thousands, and each would be an object of its own. */
interface Packed {
  readonly item: ReadInteraction;
  readonly body: Uint8Array;
  readonly lengths: Uint32Array;
  /** -1 where a chunk has no time. */
  readonly times: Float64Array | undefined;
}

/** Interactions as bytes that another thread can be handed, or that can wait compressed. */
export function toBlock(items: readonly ReadInteraction[]): Uint8Array {
  return serialize(items.map((item) => pack(item)));
}

/** @see toBlock */
export function* fromBlock(block: Uint8Array): Generator<ReadInteraction> {
  for (const packed of deserialize(block) as Packed[]) yield unpack(packed);
}

/** What an interaction takes, about. Headers count too: short exchanges are mostly headers. */
export function sizeOf({ interaction: { request, chunks } }: ReadInteraction): number {
  let size = request.body.byteLength + 2048;
  for (const { bytes } of chunks) size += bytes.byteLength;
  return size;
}

function pack({ interaction, reading }: ReadInteraction): Packed {
  const { chunks } = interaction;
  return {
    item: { interaction: { ...interaction, chunks: [] }, reading },
    body: Buffer.concat(chunks.map(({ bytes }) => bytes)),
    lengths: Uint32Array.from(chunks, ({ bytes }) => bytes.byteLength),
    times: chunks.some(({ at }) => at !== undefined)
      ? Float64Array.from(chunks, ({ at }) => at ?? -1)
      : undefined,
  };
}

function unpack({ item, body, lengths, times }: Packed): ReadInteraction {
  let end = 0;
  const chunks = Array.from(lengths, (length, index): Chunk => {
    end += length;
    const bytes = body.subarray(end - length, end);
    const at = times?.[index] ?? -1;
    return at === -1 ? { bytes } : { bytes, at };
  });
  return { interaction: { ...item.interaction, chunks }, reading: item.reading };
}
