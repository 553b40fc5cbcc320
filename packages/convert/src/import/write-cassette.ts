import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { companionName } from '@reel/core/engine';
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

  /** Places beside a new cassette for the two halves of it. Whoever finds them later can tell that their process is gone. */
  partPaths(name: string): readonly [first: string, second: string] {
    const path = this.#pathOf(name);
    return [hiddenBeside(path), hiddenBeside(path)];
  }

  /** Writes part of a new cassette; {@link join} puts the parts together. */
  writePart(name: string, path: string, pieces: Iterable<CassetteFiles>): void {
    this.#fill(path, name, pieces);
  }

  /** Makes the cassette of its halves. The second may be absent. */
  join(name: string, [first, second]: readonly [string, string]): void {
    append(second, first);
    renameSync(first, this.#pathOf(name));
    this.drop([second]);
  }

  /** Takes away parts of a cassette, as far as there are any. */
  drop(paths: readonly string[]): void {
    for (const path of paths) rmSync(path, { force: true });
  }

  #pathOf(name: string): string {
    return join(this.#root, `${name}.jsonl`);
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
    const temporary = hiddenBeside(path);
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

/** Named as the store's own temporary files are: `reel check` names those of processes that are gone, and git ignores them. */
function hiddenBeside(path: string): string {
  return join(dirname(path), companionName(basename(path), 'tmp'));
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
