import { resolve } from 'node:path';
import { defineCommand, type Command } from '../frame/command.ts';
import { plural } from '../output/plural.ts';
import { planLines } from './prune/print.ts';
import { problemLine, problemOf } from './shared/problem.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'What is used is known from the receipts of runs, which the adapters leave. The runs have to be green and of the whole suite; with\n' +
    'several runners or shards, all of their receipts count together. Recordings of skipped tests, of hooks, and what was recorded after\n' +
    'the run stay. Without --write, nothing is deleted, and the exit code is 1 when something would be.',
  options: {
    write: { type: 'boolean', describe: 'delete what is listed' },
    receipt: {
      type: 'string',
      multiple: true,
      describe: 'receipt of a run, or a folder of them; default: those of the last runs of each runner',
      value: 'file',
    },
    'untouched-folders': {
      type: 'boolean',
      describe: 'also cassette folders of which the runs used nothing (they may belong to another runner)',
    },
  },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel prune', describe: 'what the last run did not use' },
    { command: 'reel prune --write', describe: 'delete it' },
    { command: 'reel prune --receipt receipts', describe: 'after a sharded run: the receipts of all parts' },
  ],
  async run(context) {
    const { options, out, json, cwd } = context;
    const { engine, base, dir, find } = await openWorkspace(context);
    const receipts = engine.readReceipts(
      base,
      options.receipt.map((file) => resolve(cwd, file)),
    );
    const files = find(context.arguments);
    const bar = out.progress('reading', files.length);
    let plan;
    try {
      plan = engine.planPrune(files, receipts, {
        base,
        from: cwd,
        dir,
        untouchedFolders: options['untouched-folders'],
        onProgress: () => bar.step(),
      });
    } finally {
      bar.done();
    }
    const problems = options.write ? engine.applyPrune(plan, cwd) : [];
    const count = plan.orphans.length + plan.unused.length;
    if (json) {
      const listed = (list: typeof plan.orphans) =>
        list.map(({ file, interactions, removed }) => ({
          file: file.where,
          interactions,
          // Numbers from 1, as everywhere people see them.
          removed: removed.map((index) => index + 1),
        }));
      out.json({
        written: options.write,
        orphans: listed(plan.orphans),
        unused: listed(plan.unused),
        kept: plan.kept.map(({ where, reason }) => ({ file: where, reason })),
        problems: problems.map((problem) => problemOf(problem)),
      });
    } else {
      const lines = planLines(plan, out.paint);
      if (lines.length > 0) out.print(lines.join('\n'));
      for (const problem of problems)
        out.print(out.paint.red(`${problem.where ?? ''}: ${problemLine(problem)}`));
      const removed = [...plan.orphans, ...plan.unused].reduce((sum, one) => sum + one.removed.length, 0);
      out.note(
        count === 0
          ? 'every recording was used'
          : `${plural(removed, 'recording')} in ${plural(count, 'cassette')} ${options.write ? 'removed' : 'not used; --write removes them'}`,
      );
    }
    if (problems.length > 0) return 1;
    return count > 0 && !options.write ? 1 : 0;
  },
});
