import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { companionName } from './companion.ts';
import { hasCode } from './store-error.ts';

/**
 * Replaces a file so that at any instant, a power cut included, its path leads to the old content or the new. The mode of
 * an existing file is kept. `assertMayCommit` is called when everything is written but the name.
 */
export function replaceFile(path: string, bytes: Uint8Array, assertMayCommit: () => void = () => {}): void {
  const folder = dirname(path);
  const temporary = join(folder, companionName(basename(path), 'tmp'));
  try {
    writeDurably(temporary, bytes, statSync(path, { throwIfNoEntry: false })?.mode);
    assertMayCommit();
    rename(temporary, path);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // Never created, or renamed already. What stays is removed as a leftover.
    }
    throw error;
  }
  syncFolder(folder);
}

function writeDurably(path: string, bytes: Uint8Array, mode: number | undefined): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, bytes);
    if (mode !== undefined) keepMode(file, mode & 0o777);
    sync(file);
  } finally {
    closeSync(file);
  }
}

function keepMode(file: number, mode: number): void {
  try {
    fchmodSync(file, mode);
  } catch (error) {
    // Shared folders and Windows may have no modes to keep.
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EINVAL', 'ENOSYS')) throw error;
  }
}

const RENAME_ATTEMPTS = 10;
const napping = new Int32Array(new SharedArrayBuffer(4));

/** On Windows a rename fails while a virus scanner, an indexer or a reader has the file open, for a moment. */
function rename(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const mayPass =
        hasCode(error, 'EBUSY') || (process.platform === 'win32' && hasCode(error, 'EPERM', 'EACCES'));
      if (!mayPass || attempt === RENAME_ATTEMPTS) throw error;
      Atomics.wait(napping, 0, 0, attempt * 20);
    }
  }
}

/** Makes the new name survive a power cut. Windows cannot open folders, and some network file systems cannot sync them. */
export function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    sync(handle);
  } finally {
    closeSync(handle);
  }
}

function sync(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    if (!hasCode(error, 'EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM', 'EISDIR')) throw error;
  }
}
