import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';

export const command: Command = defineCommand({
  usage: '[options] <file or folder> <file or folder>... --out <path> | --driver <base> <ours> <theirs>',
  description:
    'Cassettes of one test, folders of cassettes (the artifacts of shards), or receipts (.json). What only one has is kept, what all have\n' +
    'alike is kept once; where they have other answers to one request, those of the newest recording are kept and named.\n' +
    'As merge driver of git: git config merge.reel.driver "reel merge --driver %O %A %B %P"',
  options: {
    out: {
      type: 'string',
      describe: 'file or folder to write; may be one of those that are merged',
      value: 'path',
    },
    force: { type: 'boolean', describe: 'merge cassettes of different tests, and write over what is there' },
    driver: { type: 'boolean', describe: 'for git: base, ours and theirs; the result replaces ours' },
  },
  arguments: { min: 1, max: Infinity },
  examples: [
    {
      command: 'reel merge mine.jsonl theirs.jsonl --out cassettes/chat/greets.jsonl',
      describe: 'two recordings of a test',
    },
    { command: 'reel merge shard1 shard2 --out cassettes', describe: 'folders that shards recorded' },
    { command: 'reel merge receipt1.json receipt2.json --out receipt.json', describe: 'receipts of shards' },
  ],
  async run(context) {
    const { options, out, json } = context;
    if (options.driver) {
      if (context.arguments.length < 3 || context.arguments.length > 4)
        throw new UsageError(
          'a merge driver gets base, ours and theirs',
          'git config merge.reel.driver "reel merge --driver %O %A %B %P"',
        );
      const { runDriver } = await import('./merge/driver.ts');
      return runDriver(context);
    }
    if (context.arguments.length < 2)
      throw new UsageError('there is one file and nothing to merge it with', 'name a second one');
    if (options.out === undefined)
      throw new UsageError('it has to be said where the result goes', 'write --out <path>');
    const { mergeAll } = await import('./merge/merge-all.ts');
    const merged = await mergeAll(context, options.out, options.force);
    if (json) out.json(merged);
    else {
      for (const { file, from, interactions, contested } of merged.written) {
        out.print(
          `${file}  (${from} merged${interactions === undefined ? '' : `, ${interactions} recordings`})`,
        );
        for (const endpoint of contested ?? [])
          out.print(`  ${out.paint.yellow('other answers, newest kept')}  ${endpoint}`);
      }
      for (const { file, what, code } of merged.problems)
        out.print(out.paint.red(`${file}: ${what} (${code})`));
    }
    return merged.problems.length > 0 ? 1 : 0;
  },
});
