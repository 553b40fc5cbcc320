import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  lstatSync,
  rmdirSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ReelError, isReelError } from '../../errors.ts';
import { checkCassetteName } from '../name.ts';
import type { CassetteFiles, CassetteStore, Journal, StoredCassette } from '../store.ts';
import { BLOB_FILE, blobFolderOf, EXTENSION, readBlobOf } from './blob-folder.ts';
import { removeLeftovers } from './companion.ts';
import { FileJournal } from './file-journal.ts';
import { acquireLock, type FileLock } from './file-lock.ts';
import { Folder } from './folder.ts';
import { folderEntries } from './folder-entries.ts';
import { nestedUpdate } from './nested-update.ts';
import { replaceFile, syncFolder } from './replace-file.ts';
import { hasCode, unreadable, unwritable } from './store-error.ts';
import { StoredBytes } from './stored-bytes.ts';

export interface FileStoreOptions {
  /** Folder of the cassettes; made when something is written. Relative to the working directory of this moment. */
  readonly root: string;
  /** Milliseconds to wait for another process that writes the same cassette. Default 10000. */
  readonly lockTimeout?: number;
}

/** Cassettes as files: `<root>/<name>.jsonl`, large bodies in `<root>/<name>.blobs/<hash>.bin`. */
export function createFileStore({ root, lockTimeout = 10_000 }: FileStoreOptions): CassetteStore {
  return new FileStore(resolve(root), lockTimeout);
}

class FileStore implements CassetteStore {
  readonly root: string;
  /** What {@link locate} is relative to: the working directory of the moment, which a test may change later. */
  readonly #home = process.cwd();
  readonly #lockTimeout: number;
  /** Cassettes this store is updating right now. */
  readonly #updating = new Set<string>();

  constructor(root: string, lockTimeout: number) {
    this.root = root;
    this.#lockTimeout = lockTimeout;
  }

  read(name: string): StoredCassette | undefined {
    return readStored(this.#path(name));
  }

  update(name: string, change: (current: StoredCassette | undefined) => CassetteFiles | undefined): void {
    this.#locked(name, (path, lock) => {
      const current = readStored(path);
      const next = change(current);
      if (next === undefined) return;
      writing(path, () => {
        assertNotProtected(path);
        removeLeftovers(dirname(path), basename(path));
        writeBlobs(path, next.blobs);
        if (current === undefined || !sameBytes(current.bytes, next.bytes)) {
          replaceFile(path, next.bytes, () => {
            if (!lock.isHeld()) throw new LockLost();
          });
        }
        // Only now: until the new cassette was in place, the old one needed its blobs.
        removeBlobs(path, (hash) => !next.blobs.has(hash));
      });
    });
  }

  exists(name: string): boolean {
    return existsSync(this.#path(name));
  }

  list(): string[] {
    const names: string[] = [];
    collect(this.root, '', names, new Set());
    return names.toSorted();
  }

  remove(name: string): void {
    if (!this.exists(name)) return;
    this.#locked(name, (path) => {
      writing(path, () => {
        if (existsSync(path)) unlinkSync(path);
        removeLeftovers(dirname(path), basename(path));
        removeBlobs(path, () => true);
      });
    });
  }

  readBlob(name: string, hash: string): Uint8Array | undefined {
    return readBlobOf(targetOf(this.#path(name)), hash);
  }

  journal(name: string): Journal {
    const path = targetOf(this.#path(name));
    return new FileJournal(path, new Folder(dirname(path)));
  }

  locate(name: string): string {
    const path = this.#path(name);
    const local = relative(this.#home, path);
    // Another drive on Windows has no relative path.
    return isAbsolute(local) ? path : local.split(sep).join('/');
  }

  #path(name: string): string {
    return join(this.root, ...`${checkCassetteName(name)}${EXTENSION}`.split('/'));
  }

  /** Calls `work` with the real path of the cassette while no other process writes it. */
  #locked(name: string, work: (path: string, lock: FileLock) => void): void {
    const path = targetOf(this.#path(name));
    if (this.#updating.has(path)) throw nestedUpdate(this.locate(name));
    const folder = new Folder(dirname(path));
    this.#updating.add(path);
    try {
      while (!this.#attempt(name, path, folder, work));
    } finally {
      this.#updating.delete(path);
      folder.removeIfNew();
    }
  }

  /** `false` when the lock was lost on the way: nothing was written then, and the work is done anew. */
  #attempt(
    name: string,
    path: string,
    folder: Folder,
    work: (path: string, lock: FileLock) => void,
  ): boolean {
    const lock = writing(path, () =>
      acquireLock(`${path}.lock`, { timeout: this.#lockTimeout, where: this.locate(name), folder }),
    );
    try {
      work(path, lock);
      return true;
    } catch (error) {
      if (error instanceof LockLost) return false;
      throw error;
    } finally {
      lock.release();
    }
  }
}

/** This process stood still for so long (a debugger, a suspended laptop) that another took its lock. */
class LockLost extends Error {}

function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isReelError(error) || error instanceof LockLost) throw error;
    throw unwritable(path, error);
  }
}

function readStored(path: string): StoredCassette | undefined {
  try {
    return new StoredBytes(readFileSync(path));
  } catch (error) {
    // A link that leads nowhere is a mistake, not an absent cassette.
    if (hasCode(error, 'ENOENT') && lstatSync(path, { throwIfNoEntry: false }) === undefined)
      return undefined;
    throw unreadable(path, error);
  }
}

/** The path a name finally leads to: a linked cassette stays a link, and everyone locks the same file. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Not there yet, or not to be reached: reading and writing say why.
  }
}

function writeBlobs(path: string, blobs: ReadonlyMap<string, Uint8Array>): void {
  if (blobs.size === 0) return;
  const folder = blobFolderOf(path);
  new Folder(folder).make();
  for (const [hash, bytes] of blobs) {
    const file = join(folder, `${hash}.bin`);
    // The name promises the content, but a damaged blob must be repaired by recording again.
    if (existsSync(file) && sameBytes(readFileSync(file), bytes)) continue;
    replaceFile(file, bytes);
  }
  syncFolder(dirname(folder));
}

function removeBlobs(path: string, isUnused: (hash: string) => boolean): void {
  const folder = blobFolderOf(path);
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) {
    if (BLOB_FILE.test(file)) {
      if (isUnused(file.slice(0, -'.bin'.length))) unlinkSync(join(folder, file));
    } else removeLeftoverOfBlob(folder, file);
  }
  try {
    rmdirSync(folder);
  } catch {
    // Still in use, or it holds what somebody else put there.
  }
}

function removeLeftoverOfBlob(folder: string, file: string): void {
  const blob = /^\.([0-9a-f]{32}\.bin)\./.exec(file)?.[1];
  if (blob !== undefined) removeLeftovers(folder, blob);
}

/** Renaming over a file asks only the folder, so the wish that a read-only file expresses is respected here. */
function assertNotProtected(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.mode & 0o222) !== 0) return;
  throw new ReelError('REEL_STORE_UNWRITABLE', {
    what: 'The cassette could not be written: the file is read-only. What was stored before is unchanged.',
    where: path,
    fix: 'make the file writable (chmod u+w), or replay instead of recording.',
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && Buffer.compare(a, b) === 0;
}

function collect(folder: string, prefix: string, names: string[], visited: Set<string>): void {
  for (const { name, path, isFolder } of folderEntries(folder, { visited }) ?? []) {
    if (isFolder) collect(path, `${prefix}${name}/`, names, visited);
    else if (name.endsWith(EXTENSION)) names.push(`${prefix}${name.slice(0, -EXTENSION.length)}`);
  }
}
