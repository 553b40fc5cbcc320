import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { hasCode, unreadable } from './store-error.ts';

/** A file or a folder; a link is what it leads to, or a file when it leads nowhere. */
export interface FolderEntry {
  readonly name: string;
  /** The folder's path and the name. */
  readonly path: string;
  readonly isFolder: boolean;
}

export interface ReadEntries {
  /** Real paths of the folders that were read; this one is added. */
  readonly visited: Set<string>;
  /** Whether a folder without the right to read it is like one that is gone. Default: it is an error. */
  readonly skipLocked?: boolean;
}

/**
 * What lies in a folder, without what is hidden. `undefined` when the folder is gone, or was read before: a linked folder may hold itself.
 * @throws REEL_STORE_UNREADABLE
 */
export function folderEntries(
  folder: string,
  { visited, skipLocked = false }: ReadEntries,
): FolderEntry[] | undefined {
  let entries;
  try {
    const real = realpathSync(folder);
    if (visited.has(real)) return undefined;
    visited.add(real);
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT') || (skipLocked && hasCode(error, 'EACCES', 'EPERM'))) return undefined;
    throw unreadable(folder, error);
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => {
      const path = join(folder, entry.name);
      const stat = entry.isSymbolicLink() ? statOf(path) : entry;
      return { name: entry.name, path, isFolder: stat?.isDirectory() === true };
    });
}

/**
 * What a path leads to; `undefined` when nothing is there.
 * @throws REEL_STORE_UNREADABLE
 */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return undefined;
    throw unreadable(path, error);
  }
}
