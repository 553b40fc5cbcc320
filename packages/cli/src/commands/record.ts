import { childOptions, runAndTell } from '../child/run-in-mode.ts';
import { leftTraces } from './record/traces.ts';
import { defineCommand, type Command } from '../frame/command.ts';

export const command: Command = defineCommand({
  usage: '[--missing] -- <command...>',
  description: [
    'Runs a test command in mode record: tests call the providers, and each test that passes gets its cassette anew.',
    'Needs the keys of the providers. Refused in CI, where nobody reviews a recording.',
  ].join('\n'),
  options: {
    missing: { type: 'boolean', describe: 'only what has no recording yet (mode record-if-missing)' },
    ...childOptions,
  },
  takesCommand: true,
  examples: [
    { command: 'reel record -- npx vitest run', describe: 'records all tests anew' },
    {
      command: "reel record --missing -- npx jest -t 'refuses a refund'",
      describe: 'adds what one test lacks',
    },
  ],
  async run(context) {
    const started = Date.now();
    const code = await runAndTell(context, {
      mode: context.options.missing ? 'record-if-missing' : 'record',
      modeSource: 'reel record',
      allowInCI: context.options['allow-in-ci'],
    });
    if (code === 0 && !(await leftTraces(context, started)))
      context.out.note(
        `${context.out.paintNote.yellow('reel record')}: nothing was recorded: no test asked an LLM, or Reel is not set up in their runner\n` +
          '  npx reel init sets it up',
      );
    return code;
  },
});
