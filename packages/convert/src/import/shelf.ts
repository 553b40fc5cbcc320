import { noEdits, type Interaction, type ReadInteraction, type Shelf } from '@reel/core/engine';
import { sizeOf } from './block.ts';
import { blockBytes, compress, decompress, type CompressedBlock } from './compressed-block.ts';

/** Bytes of bodies up to which interactions are kept as they are. */
const plainBytes = 8 << 20;

/** All interactions as they are, after the last of them was read. */
export function* eachAsRead(interactions: Iterable<Interaction>, shelf: Shelf): Generator<Interaction> {
  for (const interaction of interactions) shelf.add(asRead(interaction));
  for (const { interaction } of shelf.take()) yield interaction;
}

/** An interaction of which nothing is to be replaced. */
export function asRead(interaction: Interaction): ReadInteraction {
  const { request } = interaction;
  return {
    interaction,
    reading: { request, headers: [], isSearched: false, volatile: noEdits, crossings: '' },
  };
}

/**
 * Keeps the interactions of a cassette until all its ids are known: a few as they are, many compressed. Recordings repeat themselves, so
 * 100 MB of them are some megabytes here. Not on disk: the guard has not seen them yet.
 */
export class MemoryShelf implements Shelf {
  #items: ReadInteraction[] = [];
  readonly #blocks: CompressedBlock[] = [];
  #size = 0;

  add(item: ReadInteraction): void {
    this.#items.push(item);
    this.#size += sizeOf(item);
    if (this.#size < (this.#blocks.length === 0 ? plainBytes : blockBytes)) return;
    this.#blocks.push(...compressed(this.#items));
    this.#items = [];
    this.#size = 0;
  }

  *take(): Generator<ReadInteraction> {
    for (let block = this.#blocks.shift(); block !== undefined; block = this.#blocks.shift())
      yield* decompress(block);
    const items = this.#items;
    this.#items = [];
    items.reverse();
    for (let item = items.pop(); item !== undefined; item = items.pop()) yield item;
  }
}

function* compressed(items: readonly ReadInteraction[]): Generator<CompressedBlock> {
  let size = 0;
  let from = 0;
  for (const [index, item] of items.entries()) {
    size += sizeOf(item);
    if (size < blockBytes) continue;
    yield compress(items.slice(from, index + 1));
    from = index + 1;
    size = 0;
  }
  if (from < items.length) yield compress(items.slice(from));
}
