import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { EXTENSION } from '../../cassette/stores/blob-folder.ts';
import { folderEntries, statOf } from '../../cassette/stores/folder-entries.ts';
import { ReelError } from '../../errors.ts';
import { cassetteFile, type CassetteFile } from './cassette-file.ts';

export interface FindOptions {
  /** Absolute path: the folder of the config, where the search begins. */
  readonly base: string;
  /** What names in arguments are relative to, and what is printed is relative to. Default: `base`. */
  readonly from?: string;
  /** The `dir` option: the one folder of all cassettes. Default: every folder called `cassettes`. */
  readonly dir?: string | undefined;
  /** Files and folders given by hand. Empty: everything below `base`. */
  readonly paths?: readonly string[];
}

/**
 * Finds cassettes, sorted by path. `node_modules`, hidden folders and hidden files are not looked at, a folder that is reached twice
 * by links counts once. A file given by hand is taken as it is, whatever its name. In a folder given by hand, `.jsonl` files outside
 * of cassette folders count when they begin as a cassette does: other data has that ending too.
 * @throws REEL_FILE_NOT_FOUND for an argument that does not exist, REEL_STORE_UNREADABLE.
 */
export function findCassettes(options: FindOptions): CassetteFile[] {
  return findCassettesAndFolders(options).files;
}

/** {@link findCassettes}, and the folders they may lie in that were looked through whole. */
export function findCassettesAndFolders({ base, from = base, dir, paths = [] }: FindOptions): {
  files: CassetteFile[];
  folders: Set<string>;
} {
  const found = new Set<string>();
  const folders = new Set<string>();
  const root = dir === undefined ? undefined : resolve(base, dir);
  if (paths.length === 0) walk(root ?? base, root !== undefined, { root, found, folders, sniff: false });
  for (const path of paths) {
    const whole = resolve(from, path);
    const stat = statOf(whole);
    if (stat === undefined) throw missing(path, from);
    if (stat.isDirectory()) {
      walk(whole, isInCassetteFolder(whole, root), { root, found, folders, sniff: true });
    } else found.add(whole);
  }
  return { files: [...found].toSorted().map((path) => cassetteFile(path, from)), folders };
}

/** The folder that a cassette is named within: `cassettes`, the outermost below the base, or the one of the `dir` option. */
export function cassetteRootOf(path: string, base: string, dir: string | undefined): string {
  if (dir !== undefined && isWithin(path, resolve(base, dir))) return resolve(base, dir);
  const parts = path.split(sep);
  const baseDepth = isWithin(path, base) ? base.split(sep).length : 0;
  const at = parts.indexOf(FOLDER, baseDepth);
  return at === -1 ? dirname(path) : parts.slice(0, at + 1).join(sep);
}

const FOLDER = 'cassettes';

interface Walk {
  readonly root: string | undefined;
  readonly found: Set<string>;
  readonly folders: Set<string>;
  /** Whether files outside of cassette folders are looked into. */
  readonly sniff: boolean;
}

function walk(folder: string, isInside: boolean, walking: Walk, visited: Set<string> = new Set()): void {
  // One locked folder somewhere in a repository is no reason to say nothing about the rest of it.
  const entries = folderEntries(folder, { visited, skipLocked: !isInside });
  if (entries === undefined) return;
  if (isInside) walking.folders.add(folder);
  for (const { name, path, isFolder } of entries) {
    if (name === 'node_modules') continue;
    if (isFolder) {
      // Blob folders hold nothing but blobs.
      if (name.endsWith('.blobs')) continue;
      walk(path, isInside || name === FOLDER || path === walking.root, walking, visited);
    } else if (name.endsWith(EXTENSION) && (isInside || (walking.sniff && beginsAsCassette(path)))) {
      walking.found.add(path);
    }
  }
}

function isInCassetteFolder(folder: string, root: string | undefined): boolean {
  return folder.split(sep).includes(FOLDER) || (root !== undefined && isWithin(folder, root));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

const START = Buffer.from('{"reel":', 'latin1');

function beginsAsCassette(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const start = Buffer.alloc(START.length);
      return readSync(file, start, 0, START.length, 0) === START.length && start.equals(START);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

function missing(path: string, from: string): ReelError {
  const isBare = basename(path) === path && !path.endsWith(EXTENSION);
  return new ReelError('REEL_FILE_NOT_FOUND', {
    what: `there is no file or folder ${JSON.stringify(path)}`,
    where: resolve(from, path),
    fix: isBare
      ? `give the path of a file (ending in ${EXTENSION}) or of a folder; \`reel ls\` shows what there is`
      : 'correct the path; `reel ls` shows what there is',
  });
}
