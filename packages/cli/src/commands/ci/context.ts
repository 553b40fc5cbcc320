import { recordingContext } from '../../ci/context.ts';
import { ghIn } from '../../ci/gh.ts';
import { setOutputs } from '../../ci/outputs.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';

export const command: Command = defineCommand({
  usage: '[--pull-request <number>]',
  description:
    'Reads the event of the workflow run and asks GitHub. Sets the outputs pull-request, head-ref, head-sha, base-ref and is-fork.\n' +
    'Has to run before any code of the branch: it decides whether keys are given out.',
  options: {
    'pull-request': { type: 'string', value: 'number', describe: 'instead of the one of the event' },
  },
  examples: [{ command: 'reel ci context --pull-request 12', describe: 'a maintainer asks for another one' }],
  run({ options, env, cwd, json, out }) {
    const asked = numberOf(options['pull-request']);
    const context = recordingContext(env, ghIn(cwd, env), asked);
    const { pullRequest, headRef, headSha, baseRef, isFork } = context;
    setOutputs(
      {
        'pull-request': pullRequest === undefined ? '' : String(pullRequest),
        'head-ref': headRef,
        'head-sha': headSha,
        'base-ref': baseRef,
        'is-fork': String(isFork),
      },
      env,
    );
    if (json) out.json(context);
    else {
      out.note(
        `branch ${headRef}${pullRequest === undefined ? ', without a pull request' : `, pull request ${pullRequest}`}`,
      );
      if (isFork) out.note('it comes from a fork: there are no keys, and nothing will be pushed');
    }
    return 0;
  },
});

function numberOf(text: string | undefined): number | undefined {
  // A workflow input that was left out is an empty string.
  if (text === undefined || text === '') return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `--pull-request takes a number, not ${JSON.stringify(text)}`,
    'write --pull-request 12',
  );
}
