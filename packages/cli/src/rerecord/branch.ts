import type { Git } from '../ci/git.ts';
import { UsageError } from '../frame/usage-error.ts';

/** The branch that is worked on, as it is at its remote. */
export interface PushedBranch {
  readonly name: string;
  readonly remote: string;
  readonly commit: string;
  /** Changes in this clone that the workflow will not see. */
  readonly uncommitted: number;
}

/**
 * The branch that recordings are to be made for. GitHub records what was pushed, so that has to be what is here.
 * @throws UsageError: no branch, no remote, not pushed, or here and there differ; each with the command that helps
 */
export function pushedBranch(git: Git): PushedBranch {
  const name = git.try('symbolic-ref', '--quiet', '--short', 'HEAD').stdout.trim();
  if (name === '')
    throw new UsageError(
      'this is no branch (detached HEAD): recordings could not be pushed to it',
      'git switch <branch>, or git switch -c <new branch>',
    );
  const remote = remoteOf(git, name);
  const upstream = (git.try('config', `branch.${name}.merge`).stdout.trim() || name).replace(
    /^refs\/heads\//,
    '',
  );
  const commit = git.run('rev-parse', 'HEAD');
  const answer = git.try('ls-remote', '--exit-code', remote, `refs/heads/${upstream}`);
  // 2 is git's word for "there is none"; anything else is a remote that cannot be reached.
  if (!answer.ok && answer.stderr.trim() !== '')
    throw new UsageError(`the remote ${remote} cannot be reached: ${answer.stderr.trim()}`);
  const there = answer.stdout.split('\t', 1)[0] ?? '';
  if (there === '')
    throw new UsageError(
      `the branch ${name} is not pushed: ${remote} has none of this name`,
      `git push --set-upstream ${remote} ${name}`,
    );
  if (there !== commit) throw differs(git, name, remote, there);
  const uncommitted = git
    .run('status', '--porcelain', '--untracked-files=no')
    .split('\n')
    .filter((line) => line !== '').length;
  return { name: upstream, remote, commit, uncommitted };
}

function remoteOf(git: Git, branch: string): string {
  const configured = git.try('config', `branch.${branch}.remote`).stdout.trim();
  if (configured !== '' && configured !== '.') return configured;
  const remotes = git
    .run('remote')
    .split('\n')
    .filter((line) => line !== '');
  if (remotes.includes('origin')) return 'origin';
  if (remotes.length === 1) return remotes[0]!;
  throw remotes.length === 0
    ? new UsageError('this repository has no remote', 'git remote add origin <address of it on GitHub>')
    : new UsageError(
        `the branch ${branch} follows none of the remotes: ${remotes.join(', ')}`,
        `git push --set-upstream <remote> ${branch}`,
      );
}

function differs(git: Git, name: string, remote: string, there: string): UsageError {
  const isBehind = git.try('merge-base', '--is-ancestor', 'HEAD', there).ok;
  const isAhead = git.try('merge-base', '--is-ancestor', there, 'HEAD').ok;
  if (isAhead)
    return new UsageError(
      `${name} has commits that ${remote} does not have, and the workflow would not see them`,
      'git push',
    );
  return new UsageError(
    isBehind
      ? `${remote} has commits of ${name} that are not here`
      : `${name} is not what ${remote} has under this name`,
    'git pull --rebase, and then git push',
  );
}
