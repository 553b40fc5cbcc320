import { writeSync } from 'node:fs';
import { encodeInteraction } from '../../src/cassette/format.ts';
import { createFileStore } from '../../src/cassette/stores/file.ts';
import { generation, INTERACTIONS } from './generation.ts';

/**
 * Records one generation of a cassette after the other until it is killed: a journal that grows, then the whole cassette.
 * Arguments: root, cassette, first generation, and the last one where it is to end by itself. Prints the number of each
 * generation that was stored.
 */
const [root, name, first, last = 'Infinity'] = process.argv.slice(2) as [string, string, string, string?];
const store = createFileStore({ root });
for (let number = Number(first); number <= Number(last); number++) {
  const { interactions, files } = generation(number);
  const journal = store.journal(name);
  for (let i = 0; i < INTERACTIONS; i++) journal.append(encodeInteraction(i + 1, interactions[i]!).bytes);
  store.update(name, () => files);
  // Not through the stream of stdout: what is acknowledged must be out before the next step.
  writeSync(1, `${number}\n`);
  journal.discard();
}
