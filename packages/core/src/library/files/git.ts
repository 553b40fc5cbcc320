import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { blobFolderOf, EXTENSION } from '../../cassette/stores/blob-folder.ts';
import { ReelError } from '../../errors.ts';
import { cassetteFile, type CassetteContent, type CassetteFile } from './cassette-file.ts';

/** Files may be large; without a limit of its own `spawnSync` stops at 1 MiB. */
const maxOutput = 1 << 30;

function git(
  args: readonly string[],
  cwd: string,
): { status: number | null; stdout: Buffer; stderr: string } {
  // Quoted names and pagers are for people.
  const child = spawnSync('git', ['--no-pager', ...args], { cwd, maxBuffer: maxOutput });
  if (child.error !== undefined) {
    throw failed(
      (child.error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'git is needed for this and was not found'
        : `git could not be run: ${child.error.message}`,
      cwd,
      'install git, or name the files instead',
    );
  }
  return { status: child.status, stdout: child.stdout, stderr: child.stderr.toString('utf8') };
}

function failed(what: string, where: string, fix: string): ReelError {
  return new ReelError('REEL_GIT_FAILED', { what, where, fix });
}

/**
 * The top folder of the repository around a folder.
 * @throws REEL_GIT_FAILED when there is none, or no git.
 */
export function repositoryOf(folder: string): string {
  const { status, stdout, stderr } = git(['rev-parse', '--show-toplevel'], existing(folder));
  if (status === 0) return resolve(stdout.toString('utf8').replace(/\r?\n$/, ''));
  const isForeign = stderr.includes('dubious ownership');
  throw failed(
    isForeign
      ? 'git does not trust this repository (it belongs to another user)'
      : 'this is not a git repository',
    folder,
    isForeign
      ? 'run git status and do as it says'
      : 'run this inside a repository, or name the files instead',
  );
}

/** What is staged, as `git commit` would store it: files that were added, copied, changed or renamed. */
export interface StagedFiles {
  /** Staged `.jsonl` files that lie in a cassette folder or begin as a cassette does, by path. */
  readonly cassettes: readonly CassetteFile[];
  /** All staged paths, absolute: also what belongs to cassettes without being one (journals, locks, blobs). */
  readonly all: readonly string[];
  /** Reads the staged content and not the work tree's. */
  read(file: CassetteFile): CassetteContent;
}

/**
 * @param from folder inside the repository; printed paths are relative to it.
 * @param isCassette whether a staged `.jsonl` file is one, by its absolute path; others are looked into.
 * @throws REEL_GIT_FAILED
 */
export function stagedFiles(from: string, isCassette: (path: string) => boolean): StagedFiles {
  const top = repositoryOf(from);
  const { status, stdout, stderr } = git(
    ['diff', '--cached', '--name-only', '--diff-filter=ACMRT', '--no-ext-diff', '-z'],
    top,
  );
  if (status !== 0) throw failed(`git diff --cached failed: ${firstLine(stderr)}`, top, 'run git status');
  const names = stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');
  const all = names.map((name) => join(top, ...name.split('/')));
  const read = (file: CassetteFile): CassetteContent => contentAt('', file, top);
  const cassettes = all
    .filter((path) => path.endsWith(EXTENSION))
    .map((path) => cassetteFile(path, real(from)))
    .filter((file) => isCassette(file.path) || beginsAsCassette(read(file).bytes));
  return { cassettes, all, read };
}

function beginsAsCassette(bytes: Uint8Array): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', 0, 8) === '{"reel":'
  );
}

/**
 * A cassette as it was at a revision (`HEAD~1`, a branch, a tag, a commit).
 * @throws REEL_GIT_FAILED for an unknown revision, REEL_FILE_NOT_FOUND when the file was not there.
 */
export function readAtRevision(revision: string, file: CassetteFile): CassetteContent {
  const top = repositoryOf(dirname(file.path));
  assertRevision(revision, top);
  return contentAt(revision, file, top);
}

/**
 * All `.jsonl` files that a folder, or the single file, had at a revision.
 * @throws REEL_GIT_FAILED
 */
export function listAtRevision(revision: string, path: string, from: string): CassetteFile[] {
  const top = repositoryOf(from);
  assertRevision(revision, top);
  const { status, stdout, stderr } = git(
    ['ls-tree', '-r', '-z', '--name-only', '--full-tree', revision, '--', inRepository(path, top) || '.'],
    top,
  );
  if (status !== 0) throw failed(`git ls-tree failed: ${firstLine(stderr)}`, top, 'correct the revision');
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => cassetteFile(join(top, ...name.split('/')), real(from)))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function assertRevision(revision: string, top: string): void {
  // What begins with a dash would be an option.
  const isUnknown =
    revision.startsWith('-') ||
    git(['rev-parse', '--verify', '--quiet', `${revision}^{tree}`], top).status !== 0;
  if (isUnknown) {
    throw failed(
      `git does not know the revision ${JSON.stringify(revision)}`,
      top,
      'name a commit, branch or tag (in CI: check out with its history, fetch-depth: 0)',
    );
  }
}

/** An empty revision means the index. */
function contentAt(revision: string, file: CassetteFile, top: string): CassetteContent {
  const bytes = show(revision, file.path, top);
  if (bytes === undefined) {
    throw new ReelError('REEL_FILE_NOT_FOUND', {
      what: revision === '' ? 'the file is not staged' : `the file does not exist at ${revision}`,
      where: file.where,
      fix: 'correct the path or the revision (git log -- <file>)',
    });
  }
  return {
    ...file,
    where: revision === '' ? file.where : `${revision}:${file.where}`,
    bytes,
    readBlob: (hash) => show(revision, join(blobFolderOf(file.path), `${hash}.bin`), top),
  };
}

function show(revision: string, path: string, top: string): Uint8Array | undefined {
  const name = inRepository(path, top);
  // `cat-file` and not `show`: no text conversion, whatever the attributes of the file say.
  const { status, stdout } = git(['cat-file', 'blob', `${revision}:${name}`], top);
  return status === 0 ? stdout : undefined;
}

function inRepository(path: string, top: string): string {
  return relative(top, real(path)).split(sep).join('/');
}

/** git answers with real paths, so what is compared with them has to be one; a file that is gone is found by its folder. */
function real(path: string): string {
  const found = existing(path);
  return join(realpathSync(found), relative(found, path));
}

function existing(path: string): string {
  return existsSync(path) || basename(path) === '' ? path : existing(dirname(path));
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]!;
}
