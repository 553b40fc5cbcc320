import { spawnSync } from 'node:child_process';
import { relative, resolve, sep } from 'node:path';

export interface GitPlace {
  /** Absolute. */
  readonly root: string;
  /** The project's folder as seen from the root: `''` or `packages/app/`. */
  readonly prefix: string;
  /** Absolute path of the folder that git runs hooks from. */
  readonly hooks: string;
  /** Whether `core.hooksPath` sends git to hooks of somebody's own. */
  readonly hasOwnHooks: boolean;
}

/** The repository around a folder. */
export function detectGit(folder: string): GitPlace | undefined {
  const root = git(folder, 'rev-parse', '--show-toplevel');
  const hooks = git(folder, 'rev-parse', '--git-path', 'hooks');
  if (root === undefined || hooks === undefined) return undefined;
  const path = relative(resolve(root), folder).split(sep).join('/');
  return {
    root: resolve(root),
    prefix: path === '' ? '' : `${path}/`,
    hooks: resolve(folder, hooks),
    hasOwnHooks: git(folder, 'config', 'core.hooksPath') !== undefined,
  };
}

/** What git prints; `undefined` when it fails, or is not there. */
export function git(folder: string, ...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', words, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
