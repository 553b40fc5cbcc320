import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { CassetteStore } from '../../cassette/store.ts';
import { EXTENSION, readBlobOf } from '../../cassette/stores/blob-folder.ts';
import { createFileStore } from '../../cassette/stores/file.ts';
import { ReelError } from '../../errors.ts';
import { hasCode, unreadable } from '../../cassette/stores/store-error.ts';

/** A cassette as a file, before it is read. */
export interface CassetteFile {
  /** Absolute path. */
  readonly path: string;
  /** How people see it: relative to the working directory, with `/`. */
  readonly where: string;
}

/** A cassette's bytes, wherever they came from: the work tree, the index of git, or one of its commits. */
export interface CassetteContent extends CassetteFile {
  readonly bytes: Uint8Array;
  /** The content of a blob beside the cassette, by its hash. */
  readonly readBlob: (hash: string) => Uint8Array | undefined;
}

/** `base` is the folder that {@link CassetteFile.where} is relative to. */
export function cassetteFile(path: string, base: string): CassetteFile {
  const whole = resolve(base, path);
  return { path: whole, where: shownPath(whole, base) };
}

/** A path as it is printed: relative with `/` inside the base folder and near it, whole on another drive. */
export function shownPath(path: string, base: string): string {
  const local = relative(base, path);
  // Another drive on Windows has no relative path.
  return isAbsolute(local) || local === '' ? path : local.split(sep).join('/');
}

/** @throws REEL_FILE_NOT_FOUND, REEL_STORE_UNREADABLE */
export function readCassetteFile(file: CassetteFile): CassetteContent {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file.path);
  } catch (error) {
    // A link that leads nowhere is there, and is another mistake.
    if (hasCode(error, 'ENOENT') && lstatSync(file.path, { throwIfNoEntry: false }) === undefined)
      throw notFound(file);
    throw unreadable(file.where, error);
  }
  return { ...file, bytes, readBlob: (hash) => readBlobOf(file.path, hash) };
}

function notFound({ where }: CassetteFile): ReelError {
  return new ReelError('REEL_FILE_NOT_FOUND', {
    what: 'there is no such file',
    where,
    fix: 'correct the path; `reel ls` shows what there is',
  });
}

/**
 * The store and the name through which a cassette file is written: atomically, under its lock.
 * @throws REEL_CASSETTE_NAME from its methods when the file has a name that no cassette can have.
 */
export function storeOf(file: CassetteFile): { store: CassetteStore; name: string } {
  return {
    store: createFileStore({ root: dirname(file.path) }),
    name: basename(file.path, EXTENSION),
  };
}
