import type { Receipt } from '../../adapter/receipt.ts';
import { openCassette } from '../../cassette/tape.ts';
import { isReelError, type ReelError } from '../../errors.ts';
import type { Interaction } from '../../model/interaction.ts';
import { findProvider } from '../../providers/index.ts';
import { estimateCost, type PriceList } from '../../providers/prices.ts';
import { readResponse } from '../../providers/readable.ts';
import { addUsage, type ModelUsage } from '../../report.ts';
import type { CassetteFile } from '../files/cassette-file.ts';
import { readMany } from '../reading-many.ts';

export interface StatsOptions {
  /** Come before the built-in prices. */
  readonly prices?: PriceList | undefined;
  /** Of the last runs: what replay saved. */
  readonly receipts?: readonly Receipt[];
  readonly onProgress?: (done: number, of: number) => void;
}

/** One test's cassette. */
export interface TestStats {
  readonly where: string;
  /** What the cassette is of. */
  readonly test: string;
  /** Interactions, LLM calls or not. */
  readonly interactions: number;
  readonly usage: readonly ModelUsage[];
}

export interface Stats {
  readonly cassettes: number;
  readonly interactions: number;
  /** LLM calls on tape whose tokens are known, by model: what recording them cost once. */
  readonly recorded: readonly ModelUsage[];
  /** What the last runs did not spend because it was replayed. Empty without a receipt. */
  readonly saved: readonly ModelUsage[];
  /** What the last runs spent on recording. */
  readonly spent: readonly ModelUsage[];
  /** The dearest first. */
  readonly tests: readonly TestStats[];
  readonly unreadable: readonly { readonly where: string; readonly problem: ReelError }[];
}

/** Counts calls, tokens and money. Costs are estimates at list prices; one that is not known is left out and not guessed. */
export function statsOf(files: readonly CassetteFile[], options: StatsOptions = {}): Stats {
  const { prices, receipts = [], onProgress } = options;
  const tests: TestStats[] = [];
  const unreadable: { where: string; problem: ReelError }[] = [];
  let done = 0;
  for (const read of readMany(files)) {
    try {
      if ('problem' in read) throw read.problem;
      const tape = openCassette(read.content);
      const usages: ModelUsage[] = [];
      const { size } = tape;
      for (let index = 0; index < size; index++) usages.push(...usageOf(tape.interactionAt(index), prices));
      tests.push({ where: read.file.where, test: tape.name, interactions: size, usage: addUsage(usages) });
    } catch (error) {
      if (!isReelError(error)) throw error;
      unreadable.push({ where: read.file.where, problem: error });
    }
    onProgress?.(++done, files.length);
  }
  return {
    cassettes: tests.length,
    interactions: tests.reduce((sum, { interactions }) => sum + interactions, 0),
    recorded: sorted(addUsage(tests.flatMap(({ usage }) => usage))),
    saved: sorted(addUsage(receipts.flatMap(({ savedUsage }) => repriced(savedUsage ?? [], prices)))),
    spent: sorted(addUsage(receipts.flatMap(({ spentUsage }) => repriced(spentUsage ?? [], prices)))),
    tests: tests.toSorted(
      (a, b) =>
        costOf(b.usage) - costOf(a.usage) ||
        tokensOf(b.usage) - tokensOf(a.usage) ||
        (a.where < b.where ? -1 : 1),
    ),
    unreadable,
  };
}

function usageOf(interaction: Interaction, prices: PriceList | undefined): ModelUsage[] {
  if (interaction.response === undefined) return [];
  const provider = findProvider(interaction.request.url);
  const usage = provider?.usage(readResponse(interaction));
  if (provider === undefined || usage === undefined) return [];
  const cost = estimateCost(usage, prices);
  const { model = 'unknown model', inputTokens, outputTokens } = usage;
  return [
    {
      provider: provider.id,
      model,
      calls: 1,
      inputTokens,
      outputTokens,
      ...(cost !== undefined && { cost }),
    },
  ];
}

/** A receipt has sums only: how much of the input was cached is in its cost alone, so only models with a price of one's own are counted anew. */
function repriced(usages: readonly ModelUsage[], prices: PriceList | undefined): ModelUsage[] {
  return usages.map((usage) => {
    if (prices === undefined || prices.size === 0) return usage;
    const cost = estimateCost(usage, prices);
    const isOwn = cost !== estimateCost(usage);
    return isOwn && cost !== undefined ? { ...usage, cost } : usage;
  });
}

function costOf(usages: readonly ModelUsage[]): number {
  return usages.reduce((sum, { cost = 0 }) => sum + cost, 0);
}

function tokensOf(usages: readonly ModelUsage[]): number {
  return usages.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
}

function sorted(usages: readonly ModelUsage[]): ModelUsage[] {
  return usages.toSorted(
    (a, b) => costOf([b]) - costOf([a]) || tokensOf([b]) - tokensOf([a]) || (a.model < b.model ? -1 : 1),
  );
}
