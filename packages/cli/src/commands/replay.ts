import { runAndTell } from '../child/run-in-mode.ts';
import { defineCommand, type Command } from '../frame/command.ts';

export const command: Command = defineCommand({
  usage: '-- <command...>',
  description: [
    'Runs a test command in mode replay, whatever the config says: no provider is called, no key is needed, and a',
    'request without a recording fails its test. What CI runs.',
  ].join('\n'),
  takesCommand: true,
  examples: [{ command: 'reel replay -- npm test', describe: 'runs the tests on recorded traffic only' }],
  run: (context) => runAndTell(context, { mode: 'replay' }),
});
