import { deserialize, serialize } from 'node:v8';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Chunk, Interaction, ReadInteraction, Shelf } from '@reel/core/engine';

/** Bytes of bodies up to which interactions are kept as they are. */
const plainBytes = 8 << 20;
/** Bytes that are compressed together. */
const blockBytes = 1 << 20;
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * An interaction with its chunks as one body, and places as lists of numbers: a stream has thousands of either, and each would be an object
 * of its own.
 */
interface Packed {
  readonly item: ReadInteraction;
  readonly body: Uint8Array;
  readonly lengths: Uint32Array;
  /** -1 where a chunk has no time. */
  readonly times: Float64Array | undefined;
  readonly documents: Uint32Array | undefined;
  readonly edits: Uint32Array;
  readonly texts: readonly string[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** All interactions as they are, after the last of them was read. */
export function* eachAsRead(interactions: Iterable<Interaction>, shelf: Shelf): Generator<Interaction> {
  for (const interaction of interactions) {
    const { request } = interaction;
    shelf.add({ interaction, reading: { request, documents: undefined, volatile: [], headers: [] } });
  }
  for (const { interaction } of shelf.take()) yield interaction;
}

/**
 * Keeps the interactions of a cassette until all its ids are known: a few as they are, many compressed. Recordings repeat themselves, so
 * 100 MB of them are some megabytes here. Not on disk: the guard has not seen them yet.
 */
export class MemoryShelf implements Shelf {
  #items: ReadInteraction[] = [];
  #packed: Packed[] = [];
  readonly #blocks: Uint8Array[] = [];
  #size = 0;

  add(item: ReadInteraction): void {
    this.#items.push(item);
    this.#size += sizeOf(item);
    if (this.#size < (this.#blocks.length === 0 ? plainBytes : blockBytes)) return;
    // Together with what was kept plain so far, in blocks.
    let size = 0;
    for (const kept of this.#items) {
      this.#packed.push(pack(kept));
      size += sizeOf(kept);
      if (size >= blockBytes) {
        this.#seal();
        size = 0;
      }
    }
    this.#items = [];
    if (size > 0) this.#seal();
    this.#size = 0;
  }

  *take(): Generator<ReadInteraction> {
    for (let block = this.#blocks.shift(); block !== undefined; block = this.#blocks.shift()) {
      for (const packed of deserialize(zstdDecompressSync(block)) as Packed[]) yield unpack(packed);
    }
    const items = this.#items;
    this.#items = [];
    items.reverse();
    for (let item = items.pop(); item !== undefined; item = items.pop()) yield item;
  }

  #seal(): void {
    this.#blocks.push(zstdCompressSync(serialize(this.#packed), fastest));
    this.#packed = [];
  }
}

/** Headers count too: short exchanges are mostly headers. */
function sizeOf({ interaction: { request, chunks } }: ReadInteraction): number {
  let size = request.body.byteLength + 2048;
  for (const { bytes } of chunks) size += bytes.byteLength;
  return size;
}

function pack({ interaction, reading }: ReadInteraction): Packed {
  const { chunks } = interaction;
  return {
    item: {
      interaction: { ...interaction, chunks: [] },
      reading: { ...reading, documents: undefined, volatile: [] },
    },
    body: Buffer.concat(chunks.map(({ bytes }) => bytes)),
    lengths: Uint32Array.from(chunks, ({ bytes }) => bytes.byteLength),
    times: chunks.some(({ at }) => at !== undefined)
      ? Float64Array.from(chunks, ({ at }) => at ?? -1)
      : undefined,
    documents: reading.documents === undefined ? undefined : numbersOf(reading.documents),
    edits: numbersOf(reading.volatile),
    texts: reading.volatile.map(({ text }) => text),
  };
}

function unpack({ item, body, lengths, times, documents, edits, texts }: Packed): ReadInteraction {
  let end = 0;
  const chunks = Array.from(lengths, (length, index): Chunk => {
    end += length;
    const bytes = body.subarray(end - length, end);
    const at = times?.[index] ?? -1;
    return at === -1 ? { bytes } : { bytes, at };
  });
  const volatile = rangesOf(edits).map((range, index) => ({ ...range, text: texts[index]! }));
  return {
    interaction: { ...item.interaction, chunks },
    reading: { ...item.reading, documents: documents && rangesOf(documents), volatile },
  };
}

function numbersOf(ranges: readonly Range[]): Uint32Array {
  const numbers = new Uint32Array(ranges.length * 2);
  for (const [index, { start, end }] of ranges.entries()) {
    numbers[index * 2] = start;
    numbers[index * 2 + 1] = end;
  }
  return numbers;
}

function rangesOf(numbers: Uint32Array): Range[] {
  return Array.from({ length: numbers.length / 2 }, (_, index) => ({
    start: numbers[index * 2]!,
    end: numbers[index * 2 + 1]!,
  }));
}
