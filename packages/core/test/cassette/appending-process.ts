import { encodeCassette } from '../../src/cassette/format.ts';
import { mergeTapes } from '../../src/cassette/merge.ts';
import { createFileStore } from '../../src/cassette/stores/file.ts';
import { openCassette } from '../../src/cassette/tape.ts';
import { plainInteraction, sampleHeader } from './sample-interaction.ts';

/** Adds interactions to a cassette one by one, each in an update of its own. Arguments: root, cassette, label, number. */
const [root, name, label, count] = process.argv.slice(2) as [string, string, string, string];
const store = createFileStore({ root });
for (let i = 0; i < Number(count); i++) {
  store.update(name, (current) => {
    const stored =
      current === undefined
        ? []
        : openCassette({
            bytes: current.bytes,
            where: store.locate(name),
            readBlob: (hash) => store.readBlob(name, hash),
          }).allInteractions();
    return encodeCassette(sampleHeader, mergeTapes(stored, [plainInteraction(`${label} ${i}`)]));
  });
}
