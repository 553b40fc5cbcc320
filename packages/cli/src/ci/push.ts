import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UsageError } from '../frame/usage-error.ts';
import { cassetteOfBlob, isBlob, problemOfPath } from './artifact/cassette-path.ts';
import { changedFiles } from './changed-files.ts';
import type { Git } from './git.ts';

export interface PushOptions {
  readonly git: Git;
  /** The pull request's own branch. */
  readonly branch: string;
  /** Branches that are never pushed to: what it is to be merged into. */
  readonly never: readonly string[];
  readonly remote: string;
  readonly message: string;
  /** Cassette folders that are not called `cassettes`. */
  readonly folders: readonly string[];
  /** The branch is ours alone, and is put in place of what is there. Default: its commits are kept. */
  readonly replace?: boolean;
  /** Milliseconds before the second try; doubled for each further one. Default 1000. */
  readonly pause?: number;
}

export interface Pushed {
  /** `nothing`: the cassettes are those of the last commit. `conflict`: the branch has other recordings by now. */
  readonly result: 'conflict' | 'nothing' | 'pushed';
  readonly commit?: string;
  /** Committed, or in conflict. */
  readonly files: readonly string[];
  /** Changed, and left alone: they are no cassettes. */
  readonly left: readonly string[];
}

const tries = 5;

/** Hooks of the branch's own must not run where there is a right to push; nothing is signed, and nobody is asked. */
const settings = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'commit.gpgSign=false',
  '-c',
  'user.name=github-actions[bot]',
  '-c',
  'user.email=41898282+github-actions[bot]@users.noreply.github.com',
] as const;

/**
 * Commits the cassettes that changed, and nothing else, on top of the branch as it is at the remote, and pushes. When somebody else pushes
 * meanwhile, it is done again on top of that. Never with force, but for a branch of our own.
 * @throws UsageError for a branch that is not to be pushed to, and when git fails
 */
export async function pushCassettes(options: PushOptions): Promise<Pushed> {
  const { git, branch, never, folders, message } = options;
  assertBranch(git, branch, never);
  const changed = changedFiles(git);
  const own = changed.filter(({ path, isDeleted }) => isCassette(git, path, isDeleted, folders));
  const left = changed.filter((file) => !own.includes(file)).map(({ path }) => path);
  const files = own.map(({ path }) => path);
  if (files.length === 0) return { result: 'nothing', files, left };
  // Somebody may have staged other things.
  git.run('reset', '-q');
  git.run('add', '-A', '--', ...files);
  const staged = git
    .run('diff', '--cached', '--name-only', '-z')
    .split('\0')
    .filter((name) => name !== '');
  const foreign = staged.filter((path) => !files.includes(path));
  if (foreign.length > 0) throw new UsageError(`git staged ${foreign[0]!}, which is no cassette`);
  // Only line ends, perhaps.
  if (staged.length === 0) return { result: 'nothing', files: [], left };
  git.run(...settings, 'commit', '-q', '--no-verify', '-m', message);
  return await pushCommit(options, files, left);
}

async function pushCommit(
  { git, branch, remote, replace = false, pause = 1000 }: PushOptions,
  files: readonly string[],
  left: readonly string[],
): Promise<Pushed> {
  const ref = `refs/heads/${branch}`;
  for (let attempt = 1; ; attempt++) {
    let lease: string[] = [];
    if (replace) {
      const at = git.run('ls-remote', remote, ref).split('\t', 1)[0] ?? '';
      lease = [`--force-with-lease=${ref}:${at}`];
    } else {
      git.run('fetch', '-q', '--no-tags', remote, `+${ref}:refs/remotes/reel/head`);
      // What is changed beside the cassettes would be in its way.
      const rebase = git.try(...settings, 'rebase', '-q', '--autostash', 'refs/remotes/reel/head');
      if (!rebase.ok) return conflict(git, rebase.stderr, left);
    }
    const push = git.try(...settings, 'push', '--porcelain', ...lease, remote, `HEAD:${ref}`);
    if (push.ok) return { result: 'pushed', commit: git.run('rev-parse', 'HEAD'), files, left };
    const said = `${push.stdout}\n${push.stderr}`;
    const isMoved = /non-fast-forward|fetch first|stale info|cannot lock ref/i.test(said);
    if (!isMoved || attempt === tries) throw refused(branch, isMoved, said);
    await wait(pause * 2 ** (attempt - 1));
  }
}

function conflict(git: Git, said: string, left: readonly string[]): Pushed {
  const files = git
    .run('diff', '--name-only', '--diff-filter=U', '-z')
    .split('\0')
    .filter((name) => name !== '');
  git.try('rebase', '--abort');
  if (files.length > 0) return { result: 'conflict', files, left };
  throw new UsageError(`git rebase failed: ${said.trim()}`);
}

function refused(branch: string, isMoved: boolean, said: string): UsageError {
  if (isMoved)
    return new UsageError(
      `${branch} moved ${tries} times while it was pushed to`,
      'start the workflow again',
    );
  const isForbidden = /protected branch|permission|denied|403|hook declined/i.test(said);
  const reason = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^!|error|fatal|remote:/i.test(line))
    .join('; ');
  return new UsageError(
    `${branch} could not be pushed: ${reason || said.trim()}`,
    isForbidden
      ? 'the job needs "contents: write", and the branch must not be protected against it'
      : 'the recordings are in the artifact of this run',
  );
}

function assertBranch(git: Git, branch: string, never: readonly string[]): void {
  if (branch === '' || branch.startsWith('-') || !git.try('check-ref-format', `refs/heads/${branch}`).ok)
    throw new UsageError(`${JSON.stringify(branch)} is no name of a branch`, 'write --branch <name>');
  if (never.includes(branch))
    throw new UsageError(
      `${branch} is what pull requests are merged into: nothing is pushed there`,
      "name the pull request's own branch",
    );
}

/** A cassette by its path and by how it begins; a blob of one. One that is gone counts as a blob only: old tapes are never taken away. */
function isCassette(git: Git, path: string, isDeleted: boolean, folders: readonly string[]): boolean {
  if (problemOfPath(path, folders) !== undefined) return false;
  if (isBlob(path)) return beginsAsCassette(join(git.folder, cassetteOfBlob(path)));
  return !isDeleted && beginsAsCassette(join(git.folder, path));
}

const start = Buffer.from('{"reel":');

function beginsAsCassette(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(start.length);
      return readSync(file, bytes, 0, start.length, 0) === start.length && bytes.equals(start);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
