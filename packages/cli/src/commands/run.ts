import { childOptions, runAndTell } from '../child/run-in-mode.ts';
import { defineCommand, type Command } from '../frame/command.ts';

export const command: Command = defineCommand({
  usage: '[--mode <mode>] -- <command...>',
  description: [
    'Runs any test command with REEL_MODE set; tests that use an adapter of Reel, or `useCassette`, go by it.',
    'Everything after -- belongs to the command. Its exit code is kept (128 and the number of a signal that ended it).',
  ].join('\n'),
  options: {
    mode: {
      type: 'string',
      short: 'm',
      value: 'mode',
      describe: 'replay, record-if-missing, once, record, live or verify; default: REEL_MODE, or the config',
    },
    ...childOptions,
  },
  takesCommand: true,
  examples: [
    {
      command: 'reel run --mode once -- npx vitest run',
      describe: 'records tests that have no cassette yet',
    },
    {
      command: 'reel run -m live -- npx playwright test chat',
      describe: 'calls the providers, and records nothing',
    },
  ],
  run: (context) =>
    runAndTell(context, { mode: context.options.mode, allowInCI: context.options['allow-in-ci'] }),
});
