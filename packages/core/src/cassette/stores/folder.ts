import { mkdirSync, openSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from './store-error.ts';

const ATTEMPTS = 10;

/** The folder of a cassette, made when it is needed and taken away again when nothing came of it. */
export class Folder {
  readonly path: string;
  /** Topmost folder that was made here. */
  #made: string | undefined;

  constructor(path: string) {
    this.path = path;
  }

  make(): void {
    try {
      this.#made = mkdirSync(this.path, { recursive: true }) ?? this.#made;
    } catch (error) {
      // A file in the way gives EEXIST here when it is the last part and ENOTDIR when it is another; a caller that
      // creates a file exclusively must not take the first for its own answer.
      if (hasCode(error, 'EEXIST')) throw Object.assign(error as Error, { code: 'ENOTDIR' });
      throw error;
    }
  }

  /** Opens a file in the folder. Another process may remove the folder, while empty, between making and opening. */
  open(file: string, flags: string): number {
    for (let attempt = 1; ; attempt++) {
      try {
        return openSync(file, flags);
      } catch (error) {
        if (!hasCode(error, 'ENOENT') || attempt === ATTEMPTS) throw error;
        this.make();
      }
    }
  }

  /** Removes the folders made here that are still empty. */
  removeIfNew(): void {
    if (this.#made === undefined) return;
    const stop = dirname(this.#made);
    for (let folder = this.path; folder !== stop; folder = dirname(folder)) {
      try {
        rmdirSync(folder);
      } catch {
        return; // Not empty: it is in use.
      }
    }
    this.#made = undefined;
  }
}
