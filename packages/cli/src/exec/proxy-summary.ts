import type { RunSummary } from '@reel/core';
import type { ProxyReport } from '@reel/proxy';

/** What a proxy did, for people and for programs. */
export interface ProxySummary {
  readonly summary: RunSummary;
  /** Several lines; empty when nothing happened. */
  readonly text: string;
  /** Something has to make the exit code 1: a miss, a cassette that could not be saved. */
  readonly isRed: boolean;
  readonly errors: readonly string[];
}

export async function summarizeProxy(
  { reports, errors, warnings }: ProxyReport,
  color: boolean,
): Promise<ProxySummary> {
  const { formatSummary, summarize } = await import('@reel/core');
  const sums = summarize(reports);
  const summary = { ...sums, warnings: [...new Set([...sums.warnings, ...warnings])] };
  const missed = new Set(summary.misses.map(({ message }) => message));
  // A miss was an error of the proxy's, too; once is enough.
  const others = errors.map(({ message }) => message).filter((message) => !missed.has(message));
  const text = [...missed, ...others, formatSummary(summary, { color })]
    .filter((part) => part !== '')
    .join('\n\n');
  return { summary, text, isRed: missed.size + others.length > 0, errors: others };
}
