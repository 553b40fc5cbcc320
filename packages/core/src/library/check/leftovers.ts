import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openCassette } from '../../cassette/tape.ts';
import { blobFolderOf, EXTENSION } from '../../cassette/stores/blob-folder.ts';
import { isLeftover } from '../../cassette/stores/companion.ts';
import { mayBeRunning, type ProcessIdentity } from '../../cassette/stores/process-identity.ts';
import { isReelError } from '../../errors.ts';
import { readCassetteFile, shownPath, type CassetteFile } from '../files/cassette-file.ts';
import type { CheckFinding } from './finding.ts';

const COMPANION = /^\.(.+\.jsonl)\.\d+-[0-9a-f]{6}-[0-9a-f]{8}\.(tmp|journal)$/;
const LOCK = /\.jsonl\.lock(?:\.\d+-\d+)?$/;

/**
 * Files around cassettes that nobody will need again: journals, temporary files and locks of processes that are gone, and blobs
 * that no cassette refers to. What a running process owns is left alone.
 * @param folders in which cassettes lie. @param only names of cassette files; default: all of a folder.
 */
export function findLeftovers(
  folders: Iterable<string>,
  base: string,
  only?: ReadonlySet<string>,
): CheckFinding[] {
  const findings: CheckFinding[] = [];
  for (const folder of folders) {
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch {
      continue; // Reading the cassettes in it says why.
    }
    for (const name of names) {
      const path = join(folder, name);
      const owner = ownerOf(name);
      if (owner === undefined || (only !== undefined && !only.has(join(folder, owner)))) continue;
      const finding = judge(folder, name, shownPath(path, base));
      if (finding !== undefined) findings.push(finding);
      else if (name.endsWith('.blobs')) findings.push(...orphans(path, join(folder, owner), base));
    }
  }
  return findings;
}

/** Staged files that belong to a recording under way and to no repository. */
export function stagedLeftovers(paths: readonly string[], base: string): CheckFinding[] {
  return paths
    .filter((path) => COMPANION.test(basename(path)) || LOCK.test(basename(path)))
    .map((path) => ({
      where: shownPath(path, base),
      kind: 'leftover',
      severity: 'error',
      message: 'A journal, a lock or a temporary file of a recording is staged; it has not passed the guard.',
      fix: `git rm --cached -- ${shownPath(path, base)}`,
    }));
}

/** The cassette file that a file beside it belongs to. */
function ownerOf(name: string): string | undefined {
  const companion = COMPANION.exec(name)?.[1];
  if (companion !== undefined) return companion;
  if (LOCK.test(name)) return name.replace(/\.lock(?:\.\d+-\d+)?$/, '');
  return name.endsWith('.blobs') ? name.slice(0, -'.blobs'.length) + EXTENSION : undefined;
}

function judge(folder: string, name: string, where: string): CheckFinding | undefined {
  const kind = COMPANION.exec(name)?.[2];
  if (kind !== undefined) {
    if (!isLeftover(folder, name)) return undefined;
    return leftover(
      where,
      kind === 'journal'
        ? 'A recording was interrupted and left its journal.'
        : 'A write was interrupted and left a temporary file.',
    );
  }
  if (!LOCK.test(name) || !isStaleLock(join(folder, name))) return undefined;
  return leftover(where, 'A process that is gone left its lock.');
}

function leftover(where: string, message: string): CheckFinding {
  return {
    where,
    kind: 'leftover',
    severity: 'error',
    message,
    fix: 'delete it; the next recording of that cassette does so, too',
  };
}

/** A lock that is just being made has no content yet. */
const young = 1_000;

function isStaleLock(path: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
    return typeof holder.pid !== 'number' ? age > young : !mayBeRunning(holder);
  } catch {
    return age > young;
  }
}

function orphans(blobFolder: string, cassette: string, base: string): CheckFinding[] {
  let names: string[];
  try {
    names = readdirSync(blobFolder).filter((name) => /^[0-9a-f]{32}\.bin$/.test(name));
  } catch {
    return [];
  }
  const used = existsSync(cassette)
    ? blobsOf({ path: cassette, where: shownPath(cassette, base) })
    : new Set();
  // What a damaged cassette refers to is not known.
  if (used === undefined) return [];
  return names
    .filter((name) => !used.has(name.slice(0, -'.bin'.length)))
    .map((name) => ({
      where: shownPath(join(blobFolder, name), base),
      kind: 'orphan-blob',
      severity: 'error',
      message: existsSync(cassette)
        ? `No interaction of ${basename(cassette)} refers to this blob.`
        : `The cassette of this blob, ${basename(cassette)}, does not exist.`,
      fix: 'delete it',
    }));
}

function blobsOf(file: CassetteFile): Set<string> | undefined {
  const used = new Set<string>();
  try {
    const content = readCassetteFile(file);
    const readBlob = (hash: string): Uint8Array | undefined => {
      used.add(hash);
      return content.readBlob(hash);
    };
    openCassette({ ...content, readBlob }).verify();
    return used;
  } catch (error) {
    if (isReelError(error)) return undefined;
    throw error;
  }
}

/** The folders of some cassettes. */
export function foldersOf(files: readonly CassetteFile[]): Set<string> {
  return new Set(files.map(({ path }) => dirname(path)));
}

/** Whether a cassette has a folder of blobs. */
export function hasBlobs(file: CassetteFile): boolean {
  return existsSync(blobFolderOf(file.path));
}
