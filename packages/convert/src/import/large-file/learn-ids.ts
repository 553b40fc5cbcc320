import {
  CassetteIds,
  createKeyOf,
  findProvider,
  readInteraction,
  type ReadInteraction,
  type Redactor,
} from '@reel/core/engine';
import { fromBlock } from '../block.ts';
import { compress, type CompressedBlock } from '../compressed-block.ts';
import type { FileOptions } from '../file-options.ts';
import { reasonOf } from '../reason.ts';
import { asRead } from '../shelf.ts';
import { halves } from './halves.ts';
import type { FromReader, SecondHalf, Task } from './task.ts';
import { freePlace } from './queue-limit.ts';
import { writeHalf } from './write-half.ts';

/**
 * The second of the two threads of a large file: redacts its exchanges and learns their ids, while they wait compressed; then it writes the first half
 * of the cassette. Returns why it could not.
 */
export async function learnIds(
  { name, path, port, waiting }: Task,
  options: FileOptions,
  redactor: Redactor,
): Promise<string | undefined> {
  const cassette = new CassetteIds(createKeyOf({}));
  const read = (item: ReadInteraction): ReadInteraction => {
    const interaction = redactor.interaction(item.interaction);
    if (!options.normalize) return asRead(interaction);
    const { facts, places } = readInteraction(interaction, { provider: findProvider });
    return { interaction, reading: { ...cassette.learn(facts), ...places } };
  };
  const blocks: CompressedBlock[] = [];
  let failure: string | undefined;
  const recordedAt = await new Promise<number>((resolve) => {
    port.on('message', (message: FromReader) => {
      if (message.kind === 'end') return resolve(message.recordedAt);
      freePlace(waiting);
      try {
        if (failure === undefined) blocks.push(compress(Array.from(fromBlock(message.block), read)));
      } catch (error) {
        failure = reasonOf(error, redactor, options.maxBytes);
      }
    });
  });
  const { ids } = cassette;
  const [first, second] = failure === undefined ? halves(blocks) : [[], []];
  const from = 1 + first.reduce((sum, { count }) => sum + count, 0);
  port.postMessage({ blocks: second, from, ids: ids.entries() } satisfies SecondHalf);
  if (failure !== undefined || first.length === 0) return failure;
  return writeHalf({ name, path, blocks: first, ids, from: 1, recordedAt }, options, redactor);
}
