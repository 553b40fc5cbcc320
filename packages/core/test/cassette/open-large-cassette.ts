/**
 * Prints what opening a large cassette costs beside reading the file, and the memory that is held. Run it with
 * `node --expose-gc test/cassette/open-large-cassette.ts [megabytes]` from the package folder. Not a test: it only prints.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCassette } from '../../src/cassette/format.ts';
import { createFileStore } from '../../src/cassette/stores/file.ts';
import { openCassette, type CassetteTape } from '../../src/cassette/tape.ts';
import type { Interaction } from '../../src/model/interaction.ts';
import { plainInteraction, sampleHeader, streamedInteraction } from './sample-interaction.ts';

const MEGABYTE = 1024 * 1024;
const megabytes = Number(process.argv[2] ?? 100);
const RUNS = 11;

const root = mkdtempSync(join(tmpdir(), 'reel-large-'));
const store = createFileStore({ root });
const path = join(root, 'large.jsonl');
write();

function write(): void {
  // Half the interactions are streams of many small lines, half hold one long line, as embeddings do.
  const stream = streamedInteraction(
    Array.from({ length: 200 }, (_, i) => `word ${i} <of> {an} "answer" `.repeat(2)),
  );
  const vectors = JSON.stringify(Array.from({ length: 1000 }, (_, i) => i / 1000));
  const interactions: Interaction[] = [];
  let size = 0;
  while (size < megabytes * MEGABYTE) {
    const interaction =
      interactions.length % 2 === 0 ? stream : plainInteraction(`question ${interactions.length}`, vectors);
    interactions.push(interaction);
    size += interactions.length % 2 === 1 ? 20_000 : 6_300;
  }
  store.update('large', () => encodeCassette(sampleHeader, interactions));
}

function open(): CassetteTape {
  return openCassette({ bytes: store.read('large')!.bytes, where: 'large', readBlob: () => undefined });
}

function median(work: () => unknown): number {
  const times = Array.from({ length: RUNS }, () => {
    globalThis.gc?.();
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]!;
}

function memory(): number {
  // Twice: the memory of a buffer goes only after the buffer has gone.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MEGABYTE;
}

const show = (what: string, value: string): void => console.log(`${what.padEnd(48)}${value}`);
const ms = (value: number): string => `${value.toFixed(1)} ms`;

const size = readFileSync(path).byteLength / MEGABYTE;
const read = median(() => readFileSync(path));
const opened = median(open);
show('size', `${size.toFixed(1)} MB`);
show('readFileSync', ms(read));
show('read and open', `${ms(opened)}  (${(opened / read).toFixed(2)}x)`);
show('... and decode the first interaction', ms(median(() => open().interactionAt(0))));

const before = memory();
const tape = open();
show('memory held after opening', `${((memory() - before) / size).toFixed(2)}x the size`);
const scanning = performance.now();
const count = tape.size;
show(`finding all ${count} interactions`, ms(performance.now() - scanning));
const requesting = performance.now();
for (let index = 0; tape.requestAt(index) !== undefined; index++);
show('decoding all requests', ms(performance.now() - requesting));
show('memory held after that', `${((memory() - before) / size).toFixed(2)}x the size`);
const verifying = performance.now();
tape.verify();
show('decoding everything', ms(performance.now() - verifying));
show('revision (only when recording)', ms(median(() => store.read('large')!.revision) - read));
rmSync(root, { recursive: true });
