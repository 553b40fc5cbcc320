import { UsageError } from '../frame/usage-error.ts';
import type { Gh } from './gh.ts';
import { inlineCode, listOf } from './markdown.ts';

/** How the one comment on a pull request is found again. */
export const marker = '<!-- reel: recordings -->';

export interface Told {
  /** `fork`: recorded, and not pushed. */
  readonly result: 'conflict' | 'failed' | 'fork' | 'nothing' | 'pushed';
  /** `owner/name`. */
  readonly repository: string;
  /** Id of the workflow run. */
  readonly run: string;
  /** `https://github.com` */
  readonly server: string;
  readonly artifact: string;
  readonly commit?: string;
  /** Cassettes that were recorded. */
  readonly cassettes: readonly string[];
}

/** What a pull request is told, in Markdown. */
export function commentText(told: Told): string {
  const { result, repository, run, server, artifact, cassettes, commit } = told;
  const page = `${server}/${repository}/actions/runs/${run}`;
  const list = listOf(cassettes.map(inlineCode), 20);
  const count = `${cassettes.length} ${cassettes.length === 1 ? 'cassette' : 'cassettes'}`;
  switch (result) {
    case 'pushed':
      return text(
        `${count} recorded anew ([run](${page})) and committed as ${commit}. Pull before you go on:`,
        [...fence('git pull --rebase'), ...list],
      );
    case 'nothing':
      return text(`[Recorded anew](${page}): nothing changed, there is nothing to commit.`, []);
    case 'conflict':
      return text(
        `The recordings of [this run](${page}) were not pushed: the branch has other recordings of these tests by now. Record again.`,
        list,
      );
    case 'failed':
      return text(`[Recording](${page}) did not succeed, and nothing was pushed. The log says why.`, []);
    case 'fork':
      return text(
        `${count} recorded ([run](${page})), without any key and without pushing: this pull request comes from a fork. Its author can take them, within 7 days:`,
        [
          ...fence(
            `gh run download ${run} --repo ${repository} --name ${artifact} --dir ../${artifact}`,
            `npx reel ci accept ../${artifact}`,
            'git add --all -- "**/*.jsonl" && git commit -m "Record cassettes"',
          ),
          ...list,
        ],
      );
  }
}

function text(first: string, more: readonly string[]): string {
  return [marker, `**Reel** · ${first}`, '', ...more, ''].join('\n');
}

function fence(...lines: readonly string[]): string[] {
  return ['```sh', ...lines, '```', ''];
}

interface Comment {
  readonly id: number;
  readonly body: string;
  readonly login: string;
}

/**
 * Writes the one comment, or puts it in place of what it said before.
 * @param author whose comment it is: the marker in somebody else's comment makes it none of ours
 * @param isWorthOne whether to write one where there is none yet
 * @returns `forbidden` where the token may not comment, as in runs that a fork started
 */
export function tellPullRequest(
  gh: Gh,
  repository: string,
  pullRequest: number,
  body: string,
  author: string,
  isWorthOne = true,
): 'created' | 'forbidden' | 'not needed' | 'updated' {
  const comments = `repos/${repository}/issues/${pullRequest}/comments`;
  const own = gh
    .lines<Comment>([
      'api',
      '--paginate',
      `${comments}?per_page=100`,
      '--jq',
      '.[] | {id, body, login: .user.login}',
    ])
    .find((comment) => comment.login === author && comment.body.startsWith(marker));
  if (own === undefined && !isWorthOne) return 'not needed';
  const request =
    own === undefined
      ? ['--method', 'POST', comments]
      : ['--method', 'PATCH', `repos/${repository}/issues/comments/${own.id}`];
  const { ok, stdout, stderr } = gh.try(['api', ...request, '--input', '-'], JSON.stringify({ body }));
  if (ok) return own === undefined ? 'created' : 'updated';
  if (/HTTP 403|not accessible by integration/i.test(stderr)) return 'forbidden';
  throw new UsageError(`the comment could not be written: ${stderr.trim() || stdout.trim()}`);
}
