import { writeSync } from 'node:fs';
import { createFileStore } from '../../src/cassette/stores/file.ts';
import { isReelError } from '../../src/errors.ts';

/** Writes a cassette of a given size once, and prints what came of it. Arguments: root, cassette, size in bytes. */
const [root, name, size] = process.argv.slice(2) as [string, string, string];
try {
  createFileStore({ root }).update(name, () => ({
    bytes: Buffer.alloc(Number(size), 'x'),
    blobs: new Map(),
  }));
  writeSync(1, 'stored');
} catch (error) {
  writeSync(1, isReelError(error) ? error.message : String(error));
}
