import { closeSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createFileStore, type CassetteFiles, type CassetteStore } from '@reel/core';

/**
 * Writes cassettes of an import. One that is there already is replaced by the store, under its lock. A new one is written beside
 * its place and renamed into it, and nothing more: the store makes each file survive a power cut, which costs a hundred times as
 * much as writing it, and an import can be run again.
 */
export class CassetteWriter {
  readonly #root: string;
  readonly #store: CassetteStore;
  readonly #folders = new Set<string>();

  constructor(root: string) {
    this.#root = root;
    this.#store = createFileStore({ root });
  }

  exists(name: string): boolean {
    return this.#store.exists(name);
  }

  /** @param pieces the cassette in order; when taking them throws, nothing is written. */
  write(name: string, pieces: Iterable<CassetteFiles>): void {
    if (this.#store.exists(name)) {
      const all = [...pieces];
      const bytes = Buffer.concat(all.map((piece) => piece.bytes));
      this.#store.update(name, () => ({ bytes, blobs: new Map(all.flatMap(({ blobs }) => [...blobs])) }));
      return;
    }
    const path = join(this.#root, `${name}.jsonl`);
    this.#inPlace(path, (file) => {
      for (const { bytes, blobs } of pieces) {
        for (const [hash, blob] of blobs)
          this.#inPlace(join(this.#root, `${name}.blobs`, `${hash}.bin`), (blobFile) =>
            writeSync(blobFile, blob),
          );
        for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at);
      }
    });
  }

  /** Fills a hidden file beside the place, hidden as the store's own are, and gives it its name when it is whole. */
  #inPlace(path: string, fill: (file: number) => void): void {
    const folder = dirname(path);
    if (!this.#folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      this.#folders.add(folder);
    }
    const temporary = join(folder, `.${basename(path)}.${process.pid}.import`);
    const file = openSync(temporary, 'w');
    try {
      fill(file);
      closeSync(file);
    } catch (error) {
      closeSync(file);
      unlinkSync(temporary);
      throw error;
    }
    renameSync(temporary, path);
  }
}
