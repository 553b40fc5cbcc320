import { defineCommand, type Command } from '../frame/command.ts';
import { rewriteAll } from './shared/rewrite.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'Older cassettes stay readable without it. It saves the lifting at each reading, and shows the change in a commit of its own.\n' +
    'With --dry-run, exit code 1 when something would change.',
  options: { 'dry-run': { type: 'boolean', describe: 'say what would change, write nothing' } },
  arguments: { max: Infinity },
  examples: [{ command: 'reel upgrade --dry-run', describe: 'which cassettes have an older format' }],
  run: (context) => rewriteAll(context, 'upgrade', context.options['dry-run']),
});
