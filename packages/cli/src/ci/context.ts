import { readFileSync } from 'node:fs';
import { UsageError } from '../frame/usage-error.ts';
import type { Gh } from './gh.ts';

/** What a run of the workflow is about. */
export interface RecordingContext {
  /** Absent for a branch that has no open pull request. */
  readonly pullRequest?: number;
  /** Branch that gets the recordings. */
  readonly headRef: string;
  readonly headSha: string;
  /** What the pull request wants to be merged into, or the default branch. Never pushed to. */
  readonly baseRef: string;
  /** The branch is in another repository: no keys, and nothing is pushed. */
  readonly isFork: boolean;
}

interface Side {
  readonly ref: string;
  readonly sha: string;
  /** `null`: the fork was deleted. */
  readonly repo: { readonly full_name: string; readonly default_branch?: string } | null;
}

/** @see https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request */
interface PullRequest {
  readonly number: number;
  readonly state: string;
  readonly head: Side;
  readonly base: Side;
}

interface Event {
  readonly pull_request?: PullRequest;
  readonly issue?: { readonly number: number; readonly pull_request?: unknown };
  readonly repository?: { readonly default_branch?: string };
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Works out from the event and from GitHub which branch and pull request a run is about, before any code of theirs has run.
 * @param asked number of the pull request, when somebody named it
 * @throws UsageError when there is no branch that recordings may be pushed to
 */
export function recordingContext(env: Env, gh: Gh, asked?: number): RecordingContext {
  const repository = needed(env, 'GITHUB_REPOSITORY');
  const event = readEvent(env);
  const number = asked ?? (event.issue?.pull_request === undefined ? undefined : event.issue.number);
  if (number !== undefined)
    return ofPullRequest(gh.json<PullRequest>(['api', `repos/${repository}/pulls/${number}`]), repository);
  if (event.pull_request !== undefined) return ofPullRequest(event.pull_request, repository);
  return ofBranch(env, gh, repository, event.repository?.default_branch);
}

function ofPullRequest(pull: PullRequest, repository: string): RecordingContext {
  const { number, state, head, base } = pull;
  if (state !== 'open')
    throw new UsageError(`pull request ${number} is ${state}`, 'record for one that is open');
  const isFork = !isSame(head.repo?.full_name, repository);
  if (!isFork) assertNotBase(head.ref, [base.ref, base.repo?.default_branch]);
  return { pullRequest: number, headRef: head.ref, headSha: head.sha, baseRef: base.ref, isFork };
}

function ofBranch(env: Env, gh: Gh, repository: string, defaultBranch: string | undefined): RecordingContext {
  const headRef = needed(env, 'GITHUB_REF_NAME');
  if (env['GITHUB_REF_TYPE'] !== 'branch')
    throw new UsageError(
      `${headRef} is no branch: recordings cannot be pushed to it`,
      'start the workflow on a branch',
    );
  const base =
    defaultBranch ?? gh.json<{ default_branch: string }>(['api', `repos/${repository}`]).default_branch;
  assertNotBase(headRef, [base]);
  const owner = repository.split('/', 1)[0]!;
  const query = new URLSearchParams({ state: 'open', head: `${owner}:${headRef}` });
  const pulls = gh.json<PullRequest[]>(['api', `repos/${repository}/pulls?${query}`]);
  const pull = pulls.find(({ head }) => head.ref === headRef && isSame(head.repo?.full_name, repository));
  return {
    ...(pull !== undefined && { pullRequest: pull.number }),
    headRef,
    headSha: needed(env, 'GITHUB_SHA'),
    baseRef: pull?.base.ref ?? base,
    isFork: false,
  };
}

function assertNotBase(headRef: string, bases: readonly (string | undefined)[]): void {
  if (!bases.includes(headRef)) return;
  throw new UsageError(
    `${headRef} is the branch that pull requests are merged into: nothing is pushed there`,
    'record on a branch of its own, or let the freshness workflow open a pull request',
  );
}

/** GitHub's names have no case. */
function isSame(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

function readEvent(env: Env): Event {
  const file = env['GITHUB_EVENT_PATH'];
  return file ? (JSON.parse(readFileSync(file, 'utf8')) as Event) : {};
}

function needed(env: Env, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new UsageError(`the variable ${name} is not set`, 'this is a step of a workflow of GitHub Actions');
}
