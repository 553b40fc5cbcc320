import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
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

  /**
   * Returns whether it was written: `false` when there is one already that must not be replaced.
   * @param pieces the cassette in order; when taking them throws, nothing is written.
   */
  write(name: string, pieces: Iterable<CassetteFiles>, overwrite: boolean): boolean {
    if (this.exists(name)) {
      if (!overwrite) return false;
      const all = [...pieces];
      const bytes = Buffer.concat(all.map((piece) => piece.bytes));
      this.#store.update(name, () => ({ bytes, blobs: new Map(all.flatMap(({ blobs }) => [...blobs])) }));
      return true;
    }
    const path = this.#pathOf(name);
    const temporary = hiddenBeside(path);
    this.#fill(temporary, name, pieces);
    renameSync(temporary, path);
    return true;
  }

  /** Writes part of a new cassette beside its place; {@link join} puts the parts together. */
  writePart(name: string, part: number, pieces: Iterable<CassetteFiles>): void {
    this.#fill(this.#partPath(name, part), name, pieces);
  }

  /** Makes the cassette of its parts, numbered from 1. Those after the first may be absent. */
  join(name: string, parts: number): void {
    const first = this.#partPath(name, 1);
    for (let part = 2; part <= parts; part++) append(this.#partPath(name, part), first);
    renameSync(first, this.#pathOf(name));
    this.drop(name, parts);
  }

  /** Takes away the parts of a cassette, as far as there are any. */
  drop(name: string, parts: number): void {
    for (let part = 1; part <= parts; part++) rmSync(this.#partPath(name, part), { force: true });
  }

  #pathOf(name: string): string {
    return join(this.#root, `${name}.jsonl`);
  }

  #partPath(name: string, part: number): string {
    return `${hiddenBeside(this.#pathOf(name))}.${part}`;
  }

  #fill(path: string, name: string, pieces: Iterable<CassetteFiles>): void {
    this.#makeFolderOf(path);
    writeFile(path, (file) => {
      for (const { bytes, blobs } of pieces) {
        for (const [hash, blob] of blobs) this.#writeBlob(name, hash, blob);
        writeAll(file, bytes);
      }
    });
  }

  #writeBlob(name: string, hash: string, blob: Uint8Array): void {
    const path = join(this.#root, `${name}.blobs`, `${hash}.bin`);
    this.#makeFolderOf(path);
    // Two threads may write the same one.
    const temporary = `${hiddenBeside(path)}.${threadId}`;
    writeFile(temporary, (file) => writeAll(file, blob));
    renameSync(temporary, path);
  }

  #makeFolderOf(path: string): void {
    const folder = dirname(path);
    if (this.#folders.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
  }
}

/** Hidden as the store's own temporary files are. */
function hiddenBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.import`);
}

/** When filling it throws, there is no file. */
function writeFile(path: string, fill: (file: number) => void): void {
  const file = openSync(path, 'w');
  try {
    fill(file);
  } catch (error) {
    closeSync(file);
    unlinkSync(path);
    throw error;
  }
  closeSync(file);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at);
}

/** Adds what is in a file to another one, a megabyte at a time. */
function append(from: string, to: string): void {
  let source: number;
  try {
    source = openSync(from, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const target = openSync(to, 'a');
  try {
    const block = Buffer.allocUnsafe(1 << 20);
    for (let read = readSync(source, block); read > 0; read = readSync(source, block))
      writeAll(target, block.subarray(0, read));
  } finally {
    closeSync(source);
    closeSync(target);
  }
}
