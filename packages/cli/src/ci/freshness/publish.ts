import type { Gh } from '../gh.ts';
import type { FreshnessReport } from './report.ts';
import { bodyOf, fingerprintOf, titleOf } from './text.ts';

/** Branch of the pull request: nobody else works on it. */
export const freshnessBranch = 'reel/freshness';

const issueMarker = '<!-- reel: freshness -->';

export interface Published {
  readonly kind: 'issue' | 'pull request';
  readonly action: 'created' | 'rejected before' | 'updated';
  readonly number?: number;
  readonly url?: string;
}

interface Entry {
  readonly number: number;
  readonly state: string;
  readonly body: string;
  readonly url: string;
  readonly author?: { readonly login?: string; readonly is_bot?: boolean };
}

function marked(report: FreshnessReport): string {
  return `<!-- reel: freshness ${fingerprintOf(report)} -->`;
}

/**
 * Whether somebody closed a pull request with these findings without merging it: then the same is not opened again. To be asked before the
 * branch is pushed.
 */
export function wasRejected(gh: Gh, repository: string, report: FreshnessReport): Entry | undefined {
  return pullRequests(gh, repository, 'closed').find(
    ({ state, body }) => state === 'CLOSED' && body.includes(marked(report)),
  );
}

function pullRequests(gh: Gh, repository: string, state: 'closed' | 'open'): Entry[] {
  const fields = 'number,state,body,url';
  return gh.json<Entry[]>([
    'pr',
    'list',
    '--repo',
    repository,
    '--head',
    freshnessBranch,
    '--state',
    state,
    '--limit',
    '50',
    '--json',
    fields,
  ]);
}

/** The one pull request: opened, or with its words replaced. The branch has been pushed. */
export function publishPullRequest(
  gh: Gh,
  repository: string,
  base: string,
  report: FreshnessReport,
): Published {
  const body = `${bodyOf(report)}\n${marked(report)}\n`;
  const title = titleOf(report);
  const [open] = pullRequests(gh, repository, 'open');
  if (open !== undefined) {
    const { number, url } = open;
    gh.run(['pr', 'edit', String(number), '--repo', repository, '--title', title, '--body-file', '-'], body);
    return { kind: 'pull request', action: 'updated', number, url };
  }
  const words = ['pr', 'create', '--repo', repository, '--head', freshnessBranch, '--base', base];
  const url = gh.run([...words, '--title', title, '--body-file', '-'], body).trim();
  return { kind: 'pull request', action: 'created', url };
}

/**
 * The one issue, when there are only notes: opened, or with its words replaced. Closed with the same findings, it stays closed.
 * @param bot whose issues are ours, beside those of the token that GitHub gives a job
 */
export function publishIssue(gh: Gh, repository: string, report: FreshnessReport, bot: string): Published {
  const body = `${bodyOf(report)}\n${marked(report)}\n${issueMarker}\n`;
  const title = titleOf(report);
  const fields = 'number,state,body,url,author';
  const own = gh
    .json<Entry[]>([
      'issue',
      'list',
      '--repo',
      repository,
      '--state',
      'all',
      '--limit',
      '500',
      '--json',
      fields,
    ])
    .filter((issue) => issue.body.includes(issueMarker) && isOurs(issue, bot));
  const open = own.find(({ state }) => state === 'OPEN');
  if (open !== undefined) {
    const { number, url } = open;
    gh.run(
      ['issue', 'edit', String(number), '--repo', repository, '--title', title, '--body-file', '-'],
      body,
    );
    return { kind: 'issue', action: 'updated', number, url };
  }
  const before = own.find((issue) => issue.body.includes(marked(report)));
  if (before !== undefined)
    return { kind: 'issue', action: 'rejected before', number: before.number, url: before.url };
  const url = gh
    .run(['issue', 'create', '--repo', repository, '--title', title, '--body-file', '-'], body)
    .trim();
  return { kind: 'issue', action: 'created', url };
}

function isOurs({ author }: Entry, bot: string): boolean {
  return author?.is_bot === true || author?.login === bot;
}
