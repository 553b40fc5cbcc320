import { defineCommand, type Command } from '../frame/command.ts';
import { ciActions } from './ci/index.ts';

export const command: Command = defineCommand({
  usage: '<step> [options]',
  description: [
    'What the workflows rerecord.yml and freshness.yml do, step by step (docs/ci/rerecord.md):',
    ...ciActions.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
  ].join('\n'),
  examples: [{ command: 'reel ci accept --help', describe: 'options and examples of one step' }],
  run({ out }) {
    out.note(command.description!);
    out.note('reel ci <step> --help shows options and examples');
    return 2;
  },
});
