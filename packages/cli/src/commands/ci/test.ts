import { runAndTell } from '../../child/run-in-mode.ts';
import { testCommand } from '../../ci/test-command.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { plural } from '../../output/plural.ts';
import { openWorkspace } from '../shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '--mode <mode> [--tests <file or name>]... [--runner <name>] [--provider <name>] [--command <text>]',
  description:
    'Runs the tests of the project in a mode. Empty values count as none, because that is what inputs of workflows are when they are left\n' +
    'out. Recording is allowed here, although this is CI.',
  options: {
    mode: {
      type: 'string',
      value: 'mode',
      choices: ['record', 'record-if-missing', 'replay'],
      describe: 'default: replay',
    },
    tests: {
      type: 'string',
      multiple: true,
      value: 'what',
      describe: "files, or names for the runner's filter; several on lines of their own, too",
    },
    runner: {
      type: 'string',
      value: 'name',
      describe: 'vitest, jest, mocha or playwright; default: the one there is',
    },
    provider: {
      type: 'string',
      value: 'name',
      describe: 'record only cassettes with calls to this one, and replay all others',
    },
    command: {
      type: 'string',
      value: 'text',
      describe: "a shell command instead of the runner's; files and filters are put behind it",
    },
  },
  examples: [
    { command: 'reel ci test --mode record --tests tests/chat', describe: 'records what lies in a folder' },
    {
      command: "reel ci test --mode record-if-missing --command 'npm test --'",
      describe: 'only new tests, started by a script',
    },
  ],
  async run(context) {
    const { options, cwd, env, out } = context;
    const tests = options.tests.flatMap((text) => text.split('\n'));
    const { runner, command: text, provider } = options;
    const words = testCommand(cwd, { tests, runner, command: text });
    let { mode = 'replay' } = options;
    if (provider !== undefined && provider !== '' && mode !== 'replay') {
      const { setAside } = await import('../../ci/set-aside.ts');
      const count = setAside(await openWorkspace(context), provider, env);
      out.note(
        `recorded anew: ${plural(count, 'cassette')} with calls to ${provider}; all others are replayed`,
      );
      mode = 'record-if-missing';
    }
    out.note(`reel run --mode ${mode} -- ${words.join(' ')}`);
    return await runAndTell({ ...context, command: words }, { mode, allowInCI: mode !== 'replay' });
  },
});
