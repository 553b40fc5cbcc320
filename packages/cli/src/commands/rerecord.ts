import { runChild } from '../child/run-child.ts';
import { ghIn } from '../ci/gh.ts';
import { repository } from '../ci/git.ts';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { runnerNames } from '../init/detect/runners.ts';
import { plural } from '../output/plural.ts';
import { pushedBranch } from '../rerecord/branch.ts';
import { assertLoggedIn, branchOnGitHub, pullRequestOnGitHub } from '../rerecord/on-github.ts';
import { startRerecord } from '../rerecord/start.ts';

export const command: Command = defineCommand({
  usage: '[--tests <file or name>]... [--provider <name>] [--runner <name>] [--missing] [--no-watch]',
  description:
    'Starts the workflow rerecord.yml for the branch of this clone, with the keys that the repository has on GitHub, and follows it. The\n' +
    "recordings are checked and committed to the branch. Needs GitHub's command gh, and the branch to be pushed; no keys here.",
  options: {
    tests: {
      type: 'string',
      multiple: true,
      value: 'what',
      describe: "files, or names for the runner's filter; default: all tests",
    },
    provider: {
      type: 'string',
      value: 'name',
      describe: 'only cassettes with calls to it: openai, anthropic',
    },
    runner: { type: 'string', value: 'name', choices: runnerNames, describe: 'default: the one there is' },
    missing: { type: 'boolean', describe: 'only what has no recording yet' },
    'pull-request': {
      type: 'string',
      value: 'number',
      describe:
        'for a pull request instead of this branch; one of a fork gets no keys, and a comment instead of a commit',
    },
    workflow: { type: 'string', value: 'file', describe: 'default: rerecord.yml' },
    'no-watch': { type: 'boolean', describe: 'say where it runs, and do not wait' },
  },
  examples: [
    { command: 'reel rerecord', describe: 'everything, on this branch' },
    {
      command: "reel rerecord --tests tests/chat --tests 'refuses a refund'",
      describe: 'a folder and a name',
    },
    { command: 'reel rerecord --missing', describe: 'the new tests of a pull request' },
  ],
  async run({ options, cwd, env, json, out }) {
    const number = options['pull-request'];
    if (number !== undefined && !/^[1-9]\d{0,9}$/.test(number))
      throw new UsageError(`--pull-request takes a number, not ${JSON.stringify(number)}`);
    const branch = number === undefined ? pushedBranch(repository(cwd, env)) : undefined;
    const gh = ghIn(cwd, env);
    assertLoggedIn(gh);
    const place =
      branch === undefined
        ? pullRequestOnGitHub(gh, Number(number))
        : { ...branchOnGitHub(gh, branch.name), ref: branch.name, isFork: false };
    const about = place.pullRequest === undefined ? '' : ` (pull request ${place.pullRequest})`;
    if (!json) {
      if (branch !== undefined && branch.uncommitted > 0)
        out.note(
          `${plural(branch.uncommitted, 'file')} changed here and not committed: the workflow does not see that`,
        );
      if (place.isFork)
        out.note('it comes from a fork: no keys are used, and the recordings are left as an artifact');
    }
    const run = await startRerecord(gh, {
      repository: place.repository,
      workflow: options.workflow ?? 'rerecord.yml',
      ref: place.ref,
      inputs: {
        tests: options.tests.join('\n'),
        provider: options.provider ?? '',
        runner: options.runner ?? '',
        mode: options.missing ? 'record-if-missing' : 'record',
        'pull-request': number ?? '',
      },
    });
    if (!json) out.print(`recording ${place.repository} ${branch?.name ?? ''}${about}: ${run.url}`);
    const watched = options['no-watch']
      ? undefined
      : await runChild(['gh', 'run', 'watch', String(run.id), '--repo', place.repository, '--exit-status'], {
          cwd,
          env,
          stdout: json ? 'stderr' : 'inherit',
        });
    const isRed = watched !== undefined && watched.code !== 0;
    if (json)
      out.json({ ...place, run: run.id, url: run.url, succeeded: watched === undefined ? null : !isRed });
    else if (isRed) out.note(`the run failed; its log: gh run view ${run.id} --log-failed`);
    else if (watched !== undefined)
      out.note(
        place.isFork
          ? 'done: see the comment on the pull request'
          : 'done: git pull --rebase takes the recordings',
      );
    return isRed ? 1 : 0;
  },
});
