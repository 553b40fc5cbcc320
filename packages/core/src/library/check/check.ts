import { dirname, relative, resolve, sep } from 'node:path';
import { findCassettesAndFolders } from '../files/find-cassettes.ts';
import { stagedFiles } from '../files/git.ts';
import { checkMany } from './check-many.ts';
import { checkCacheFile } from './check-cache.ts';
import type { CheckRules } from './check-cassette.ts';
import type { CheckFinding } from './finding.ts';
import { findLeftovers, foldersOf, stagedLeftovers } from './leftovers.ts';

export interface CheckOptions extends CheckRules {
  /** Folder of the config. */
  readonly base: string;
  /** What arguments and printed paths are relative to. */
  readonly from: string;
  readonly dir?: string | undefined;
  readonly paths?: readonly string[];
  /** Check what is staged, as it is staged, and nothing else. */
  readonly staged?: boolean;
  /** Remember what was clean, and do not read it again while it stays as it is. Default `true`. */
  readonly cache?: boolean;
  /** Called once, when it is known how much there is. */
  readonly onStart?: (files: number) => void;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface CheckResult {
  readonly files: number;
  readonly unchanged: number;
  readonly findings: readonly CheckFinding[];
}

/**
 * The gate for pre-commit and CI: all cassettes, or some, or the staged ones.
 * @throws REEL_FILE_NOT_FOUND for an argument that does not exist, REEL_GIT_FAILED, REEL_STORE_UNREADABLE for a folder.
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  return options.staged === true ? checkStaged(options) : checkFiles(options);
}

async function checkFiles(options: CheckOptions): Promise<CheckResult> {
  const { base, from, paths = [], onProgress } = options;
  const { files, folders } = findCassettesAndFolders(options);
  options.onStart?.(files.length);
  const cache = options.cache === false ? undefined : { file: checkCacheFile(base), base };
  const { findings, unchanged } = await checkMany(files, { ...rulesOf(options), cache, onProgress });
  const single = files.filter(({ path }) => !folders.has(dirname(path)));
  const around = [
    ...findLeftovers(folders, from),
    ...(paths.length === 0
      ? []
      : findLeftovers(foldersOf(single), from, new Set(single.map(({ path }) => path)))),
  ];
  return { files: files.length, unchanged, findings: sorted([...findings, ...around]) };
}

function rulesOf({ known, allow, fingerprints, maxSize }: CheckRules): CheckRules {
  return { known, allow, fingerprints, maxSize };
}

async function checkStaged(options: CheckOptions): Promise<CheckResult> {
  const { base, from, dir, onStart, onProgress } = options;
  const staged = stagedFiles(from, (path) => isInCassetteFolder(path, base, dir));
  onStart?.(staged.cassettes.length);
  const { findings } = await checkMany(staged.cassettes, {
    ...rulesOf(options),
    read: staged.read,
    onProgress,
  });
  return {
    files: staged.cassettes.length,
    unchanged: 0,
    findings: sorted([...findings, ...stagedLeftovers(staged.all, from)]),
  };
}

function isInCassetteFolder(path: string, base: string, dir: string | undefined): boolean {
  if (dir !== undefined && path.startsWith(resolve(base, dir) + sep)) return true;
  return relative(base, path).split(sep).includes('cassettes');
}

function sorted(findings: CheckFinding[]): CheckFinding[] {
  return findings.toSorted(
    (a, b) =>
      compare(a.where, b.where) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.interaction ?? 0) - (b.interaction ?? 0),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
