import { join } from 'node:path';
import { chat, cassette, git } from '../library-fixtures.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';

/** A bare repository, as GitHub has it, and clones of it. */
export interface Remote {
  readonly path: string;
  /** A clone with a branch checked out. */
  clone(branch: string): string;
  /** The text of a file of a branch; `undefined` when it has none. */
  read(branch: string, path: string): string | undefined;
  /** Names of all files of a branch. */
  files(branch: string): string[];
  /** Subjects of the commits of a branch, newest first. */
  log(branch: string): string[];
}

export const tape = 'cassettes/chat/greets.jsonl';

export const greeting = (answer: string, recordedAt = '2026-11-20T10:00:00Z'): string =>
  cassette([chat('Say hello', answer)], { recordedAt });

/** `main` and `feature`, with one cassette and a lockfile. */
export function remoteRepository(files: Readonly<Record<string, string>> = {}): Remote {
  const seed = temporaryFolder({
    [tape]: greeting('Hello'),
    'package-lock.json': '{}\n',
    'package.json': '{"type":"module"}\n',
    ...files,
  });
  git(seed, 'init', '-q', '-b', 'main');
  git(seed, 'add', '-A');
  git(seed, 'commit', '-q', '-m', 'first');
  git(seed, 'branch', 'feature');
  const path = join(temporaryFolder(), 'remote.git');
  git(seed, 'clone', '-q', '--bare', seed, path);
  return {
    path,
    clone(branch) {
      const folder = join(temporaryFolder(), 'clone');
      git(seed, 'clone', '-q', '--branch', branch, path, folder);
      return folder;
    },
    read(branch, file) {
      try {
        return git(path, 'show', `${branch}:${file}`);
      } catch {
        return undefined;
      }
    },
    files: (branch) => git(path, 'ls-tree', '-r', '--name-only', branch).trim().split('\n'),
    log: (branch) => git(path, 'log', '--format=%s', branch).trim().split('\n'),
  };
}

/** Somebody else pushes to a branch. */
export function pushFromElsewhere(
  remote: Remote,
  branch: string,
  files: Readonly<Record<string, string>>,
): void {
  const folder = remote.clone(branch);
  writeFiles(folder, files);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'from elsewhere');
  git(folder, 'push', '-q', 'origin', `HEAD:${branch}`);
}
