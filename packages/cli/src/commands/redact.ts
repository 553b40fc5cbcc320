import { defineCommand, type Command } from '../frame/command.ts';
import { rewriteAll } from './shared/rewrite.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'Takes out of existing cassettes what the rules of this version and of the config call secret, and says where. It never prints a\n' +
    'value. A key that was committed stays in the history of git: take it back at its provider. Exit code 1 when something that looks\n' +
    'like a secret is left, and with --dry-run when something would change.',
  options: { 'dry-run': { type: 'boolean', describe: 'say what would change, write nothing' } },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel redact --dry-run', describe: 'what a new rule would take out' },
    { command: 'reel redact cassettes/chat/greets.jsonl', describe: 'one cassette' },
  ],
  run: (context) => rewriteAll(context, 'redact', context.options['dry-run']),
});
