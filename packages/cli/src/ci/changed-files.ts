import type { Git } from './git.ts';

export interface ChangedFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly isDeleted: boolean;
}

/** What differs from the last commit, untracked files among it; ignored ones are not. */
export function changedFiles(git: Git): ChangedFile[] {
  const text = git.run('status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames');
  return text
    .split('\0')
    .filter((entry) => entry.length > 3)
    .map((entry) => ({ path: entry.slice(3), isDeleted: entry.slice(0, 2).includes('D') }));
}
