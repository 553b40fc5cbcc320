import type { Gh } from '../ci/gh.ts';
import { UsageError } from '../frame/usage-error.ts';

/** The repository on GitHub, as far as it matters here. */
export interface OnGitHub {
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest?: number;
}

interface Repository {
  readonly nameWithOwner: string;
  readonly defaultBranchRef: { readonly name: string } | null;
}

/** @throws UsageError when gh is not there, or nobody is logged in */
export function assertLoggedIn(gh: Gh): void {
  const { ok, stderr, stdout } = gh.try(['auth', 'status']);
  if (ok) return;
  const said = (stderr.trim() || stdout.trim()).split('\n', 1)[0]!;
  throw new UsageError(`gh is not logged in to GitHub: ${said}`, 'gh auth login');
}

/**
 * Finds the repository and the pull request of a branch, and makes sure that recordings may be pushed to it.
 * @throws UsageError: the default branch, a protected branch, a fork
 */
export function branchOnGitHub(gh: Gh, branch: string): OnGitHub {
  const { nameWithOwner: repository, defaultBranchRef } = repositoryOf(gh);
  if (branch === defaultBranchRef?.name)
    throw new UsageError(
      `${branch} is the default branch: recordings are pushed to branches of pull requests only`,
      'git switch -c <new branch>, push it, and try again; for the default branch there is the freshness workflow',
    );
  const answer = gh.try([
    'api',
    `repos/${repository}/branches/${encodeURIComponent(branch)}`,
    '--jq',
    '.protected',
  ]);
  if (answer.ok && answer.stdout.trim() === 'true')
    throw new UsageError(
      `${branch} is protected: the workflow could not push recordings to it`,
      'record on a branch of its own, and open a pull request',
    );
  if (!answer.ok && /HTTP 404/.test(answer.stderr))
    throw new UsageError(
      `${repository} has no branch ${branch}: it was pushed to another repository, perhaps a fork`,
      'recordings of a fork: a maintainer runs reel rerecord --pull-request <number>, and no keys are used',
    );
  const pulls = gh.json<{ number: number; isCrossRepository: boolean }[]>([
    'pr',
    'list',
    '--repo',
    repository,
    '--head',
    branch,
    '--state',
    'open',
    '--json',
    'number,isCrossRepository',
  ]);
  const pull = pulls.find(({ isCrossRepository }) => !isCrossRepository);
  return { repository, ...(pull !== undefined && { pullRequest: pull.number }) };
}

/** A pull request that was named: the workflow runs on the default branch and finds out the rest itself. */
export function pullRequestOnGitHub(
  gh: Gh,
  number: number,
): OnGitHub & { readonly ref: string; readonly isFork: boolean } {
  const { nameWithOwner: repository, defaultBranchRef } = repositoryOf(gh);
  const pull = gh.json<{ state: string; isCrossRepository: boolean }>([
    'pr',
    'view',
    String(number),
    '--repo',
    repository,
    '--json',
    'state,isCrossRepository',
  ]);
  if (pull.state !== 'OPEN')
    throw new UsageError(`pull request ${number} is ${pull.state.toLowerCase()}`, 'name one that is open');
  return {
    repository,
    pullRequest: number,
    ref: defaultBranchRef?.name ?? 'main',
    isFork: pull.isCrossRepository,
  };
}

function repositoryOf(gh: Gh): Repository {
  const { ok, stdout, stderr } = gh.try(['repo', 'view', '--json', 'nameWithOwner,defaultBranchRef']);
  if (ok) return JSON.parse(stdout) as Repository;
  throw new UsageError(
    `gh finds no repository on GitHub for this clone: ${stderr.trim()}`,
    'gh repo set-default, or git remote add origin <address of it on GitHub>',
  );
}
