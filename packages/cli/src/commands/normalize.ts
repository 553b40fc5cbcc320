import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';
import { rewriteAll } from './shared/rewrite.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'Gives ids, dates, counters and volatile headers the values they get when a recording is saved, by the rules of this version.\n' +
    'Cassettes that need no change keep their bytes. With --dry-run, exit code 1 when something would change.',
  options: { 'dry-run': { type: 'boolean', describe: 'say what would change, write nothing' } },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel normalize --dry-run', describe: 'which cassettes older rules were applied to' },
    { command: 'reel normalize cassettes/chat', describe: 'one folder' },
  ],
  run: (context) =>
    rewriteAll(context, 'normalize', context.options['dry-run'], ({ options }) => {
      if (options.normalize !== false) return;
      throw new UsageError(
        'the config has normalize: false, so cassettes are kept as they arrived',
        'take that option out of the config to normalize them',
      );
    }),
});
