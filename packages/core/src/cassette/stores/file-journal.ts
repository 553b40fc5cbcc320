import { closeSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Journal } from '../store.ts';
import { companionName } from './companion.ts';
import type { Folder } from './folder.ts';
import { hasCode, unwritable } from './store-error.ts';

/**
 * A journal in a hidden file beside the cassette at `path`. Every append is one write to a file that stays open: it
 * outlives the process, which is all a journal is for, so it is not synced to the disk.
 */
export class FileJournal implements Journal {
  readonly #path: string;
  readonly #folder: Folder;
  #file: number | undefined;
  #isDiscarded = false;

  constructor(path: string, folder: Folder) {
    this.#path = join(dirname(path), companionName(basename(path), 'journal'));
    this.#folder = folder;
  }

  append(bytes: Uint8Array): void {
    if (this.#isDiscarded) return;
    try {
      this.#file ??= this.#folder.open(this.#path, 'ax');
      writeFileSync(this.#file, bytes);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  discard(): void {
    this.#isDiscarded = true;
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    try {
      unlinkSync(this.#path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw unwritable(this.#path, error);
    }
    this.#folder.removeIfNew();
  }
}
