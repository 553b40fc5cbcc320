import type { Receipt } from '@reel/core/adapter';
import { defineCommand, type Command } from '../frame/command.ts';
import { asText } from './stats/print.ts';
import { problemOf } from './shared/problem.ts';
import { openWorkspace } from './shared/workspace.ts';

export const command: Command = defineCommand({
  usage: '[options] [file or folder...]',
  description:
    'What is on tape is what recording cost once; what the last runs saved by replay comes from their receipts. Costs are estimates at\n' +
    'list prices. A price that is not known is left out, not guessed.',
  options: {
    prices: {
      type: 'string',
      describe:
        'JSON of your own prices, in dollars per million tokens: {"model": {"input": 1, "output": 2}}',
      value: 'file',
    },
    receipt: {
      type: 'string',
      multiple: true,
      describe: 'receipt of a run; default: those of the last runs',
      value: 'file',
    },
    top: { type: 'string', describe: 'how many tests to list, dearest first; default 10', value: 'number' },
  },
  arguments: { max: Infinity },
  examples: [
    { command: 'reel stats', describe: 'calls, tokens and cost by model and by test' },
    { command: 'reel stats --prices prices.json --json', describe: 'with prices of your own, for a program' },
  ],
  async run(context) {
    const { options, out, json, cwd } = context;
    const { resolve } = await import('node:path');
    const { UsageError } = await import('../frame/usage-error.ts');
    const top = Number(options.top ?? '10');
    if (!Number.isSafeInteger(top) || top < 0) throw new UsageError('--top takes a number', 'write --top 20');
    const { engine, find, base } = await openWorkspace(context);
    const prices = options.prices === undefined ? undefined : engine.readPrices(resolve(cwd, options.prices));
    const receipts = readReceipts(
      engine,
      base,
      options.receipt.map((file) => resolve(cwd, file)),
      out.note,
    );
    const files = find(context.arguments);
    const bar = out.progress('counting', files.length);
    let stats;
    try {
      stats = engine.statsOf(files, { prices, receipts, onProgress: () => bar.step() });
    } finally {
      bar.done();
    }
    if (json) {
      const { unreadable, ...rest } = stats;
      out.json({
        ...rest,
        unreadable: unreadable.map(({ where, problem }) => ({ file: where, ...problemOf(problem) })),
      });
    } else out.print(asText(stats, { top, paint: out.paint, hasReceipt: receipts.length > 0 }).join('\n'));
    return stats.unreadable.length > 0 ? 1 : 0;
  },
});

/** Without a receipt there is nothing to say about runs, which is no mistake; one that was named has to be there, and readable. */
function readReceipts(
  engine: typeof import('@reel/core/engine'),
  base: string,
  given: readonly string[],
  note: (text: string) => void,
): Receipt[] {
  if (given.length > 0) return engine.readReceipts(base, given);
  return engine.receiptFilesOf(base).flatMap((file) => {
    try {
      return engine.readReceipts(base, [file]);
    } catch (error) {
      note(`${engine.shownPath(file, base)} is left out: ${(error as Error).message.split('\n', 1)[0]!}`);
      return [];
    }
  });
}
