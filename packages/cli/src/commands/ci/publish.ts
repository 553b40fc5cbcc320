import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withCredentials } from '../../ci/credentials.ts';
import {
  freshnessBranch,
  publishIssue,
  publishPullRequest,
  wasRejected,
  type Published,
} from '../../ci/freshness/publish.ts';
import type { FreshnessReport } from '../../ci/freshness/report.ts';
import { titleOf } from '../../ci/freshness/text.ts';
import { ghIn } from '../../ci/gh.ts';
import { repository } from '../../ci/git.ts';
import { pushCassettes } from '../../ci/push.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { folderOption, given, remoteOption } from './clone-options.ts';

export const command: Command = defineCommand({
  usage: '--report <file> --base <branch> [options]',
  description:
    'Opens or updates one pull request with the cassettes that were accepted when there is drift, or one issue when there are only notes. What was\n' +
    'closed without being merged is not opened again for the same findings. Does nothing when everything is as it was.',
  options: {
    report: { type: 'string', value: 'file', describe: 'that reel ci freshness wrote' },
    base: { type: 'string', value: 'branch', describe: 'what the pull request is to be merged into' },
    always: { type: 'boolean', describe: 'a pull request whatever was found: recordings grow young again' },
    remote: remoteOption,
    folder: folderOption,
  },
  examples: [
    { command: 'reel ci publish --report report.json --base main', describe: 'after reel ci accept' },
  ],
  async run({ options, cwd, env, json, out }) {
    const { base } = options;
    if (!options.report || !base)
      throw new UsageError('it needs a report and a branch', 'write --report <file> --base <branch>');
    const report = readReport(resolve(cwd, options.report));
    const name = env['GITHUB_REPOSITORY'];
    if (!name) throw new UsageError('the variable GITHUB_REPOSITORY is not set', 'set it to owner/name');
    const gh = ghIn(cwd, env);
    const say = (published: Published | undefined, text: string): number => {
      if (json) out.json(published ?? null);
      else out.note(text);
      return 0;
    };
    if (report.verdict === 'blind')
      throw new UsageError('nothing could be compared, so there is nothing to publish');
    if (report.secrets > 0) throw new UsageError('there are secrets in the recordings', 'see reel check');
    if (report.verdict === 'fresh' && !options.always)
      return say(undefined, `${titleOf(report)}: nothing to publish`);
    if (report.verdict === 'notes' && !options.always) {
      const issue = publishIssue(gh, name, report, env['REEL_BOT'] || 'github-actions[bot]');
      return say(issue, `the issue was ${issue.action}: ${issue.url}`);
    }
    // Recordings that are to be renewed are offered again; a finding that somebody looked at is not.
    const rejected = options.always ? undefined : wasRejected(gh, name, report);
    if (rejected !== undefined) {
      const { number, url } = rejected;
      return say(
        { kind: 'pull request', action: 'rejected before', number, url },
        `pull request ${number} had these findings and was closed: nothing is opened again`,
      );
    }
    const { result } = await pushCassettes({
      git: repository(cwd, withCredentials(env)),
      branch: freshnessBranch,
      never: [base],
      remote: options.remote || 'origin',
      message: titleOf(report),
      folders: given(options.folder),
      replace: true,
    });
    if (result !== 'pushed')
      throw new UsageError('there are no new recordings in this clone', 'run reel ci accept before');
    const pull = publishPullRequest(gh, name, base, report);
    return say(pull, `the pull request was ${pull.action}: ${pull.url}`);
  },
});

function readReport(file: string): FreshnessReport {
  const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<FreshnessReport>;
  if (value.reelFreshness === 1 && Array.isArray(value.drift)) return value as FreshnessReport;
  throw new UsageError(`${file} is no report of reel ci freshness`, 'use one version of Reel in both jobs');
}
