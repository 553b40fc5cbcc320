import { execFileSync } from 'node:child_process';
import type { CheckedFile } from '../check-secrets.ts';
import { ReelError } from '../errors.ts';

/**
 * Cassettes and their blobs as `git commit` would store them, which is not always what is in the work tree.
 * @throws REEL_STORE_UNREADABLE outside a git repository.
 */
export function stagedCassettes(): CheckedFile[] {
  const root = git('rev-parse', '--show-toplevel').toString().trimEnd();
  const staged = git('-C', root, 'diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z');
  return staged
    .toString()
    .split('\0')
    .filter((path) => /\.jsonl$|\.blobs\/[0-9a-f]{32}\.bin$/.test(path))
    .map((path) => ({ where: path, bytes: git('-C', root, 'show', `:${path}`) }))
    .filter(({ where, bytes }) => where.endsWith('.bin') || isCassette(where, bytes));
}

function isCassette(path: string, bytes: Buffer): boolean {
  return bytes.subarray(0, 8).toString() === '{"reel":' || /(?:^|\/)cassettes\//.test(path);
}

function git(...args: string[]): Buffer {
  try {
    return execFileSync('git', args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1024 ** 3 });
  } catch (error) {
    throw new ReelError('REEL_STORE_UNREADABLE', {
      what: 'what is staged cannot be asked from git',
      where: process.cwd(),
      fix: 'run it inside a git repository, or name the files to check',
      cause: error,
    });
  }
}
