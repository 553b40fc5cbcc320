import { encodeCassette } from '../../src/cassette/format.ts';
import type { CassetteFiles } from '../../src/cassette/store.ts';
import type { CassetteTape } from '../../src/cassette/tape.ts';
import type { Interaction } from '../../src/model/interaction.ts';
import { plainInteraction, sampleHeader } from './sample-interaction.ts';

export const INTERACTIONS = 6;
const BLOB_SIZE = 100_000;

/** A cassette every part of which, a blob included, says which generation it is of. */
export function generation(number: number): { interactions: readonly Interaction[]; files: CassetteFiles } {
  const interactions = Array.from({ length: INTERACTIONS }, (_, index) =>
    plainInteraction(`generation ${number} ${index}`),
  );
  const blob = new Uint8Array(BLOB_SIZE).fill(0xff);
  new DataView(blob.buffer).setUint32(0, number);
  interactions.push({ ...plainInteraction(`generation ${number} blob`), chunks: [{ bytes: blob }] });
  return { interactions, files: encodeCassette(sampleHeader, interactions) };
}

/** Which generation a cassette is of. Throws when it is not one whole generation. */
export function generationOf(tape: CassetteTape): number {
  const interactions = tape.allInteractions();
  const numbers = interactions.map(
    ({ request }) => /generation (\d+)/.exec(Buffer.from(request.body).toString())![1],
  );
  const blob = interactions.at(-1)!.chunks[0]!.bytes;
  numbers.push(String(new DataView(blob.buffer, blob.byteOffset).getUint32(0)));
  if (new Set(numbers).size !== 1 || interactions.length !== INTERACTIONS + 1) {
    throw new Error(`a mixture of generations: ${numbers.join(' ')}`);
  }
  return Number(numbers[0]);
}
