import { summarize, type RunSummary } from '../report.ts';
import { formatSummary } from '../summary.ts';
import { tellGitHub } from './github-actions.ts';
import { makeReceipt, receiptFile, writeReceipt, type RunFacts } from './receipt.ts';

/** The end of a run. */
export interface FinishedRun {
  readonly summary: RunSummary;
  /** The summary in a few lines, to be printed; empty when no test made a call. */
  readonly text: string;
  /** A miss that no test showed (`test.fails`, a request outside of any test) has to make the run red all the same. */
  readonly isRed: boolean;
}

export interface FinishOptions extends RunFacts {
  /** Default: standard output is a terminal and `NO_COLOR` is not set. */
  readonly color?: boolean;
  /** Folder that the names of test files are relative to. Default: `base`. */
  readonly root?: string;
}

/** What every adapter does when the run is over: sums the reports up, leaves the receipt, and says whether the run is red. */
export function finishRun({ color = usesColor(), root, ...facts }: FinishOptions): FinishedRun {
  const warnings = leaveReceipt(facts);
  const sums = summarize(facts.reports);
  const summary = { ...sums, warnings: [...sums.warnings, ...warnings] };
  const commands = tellGitHub({ runner: facts.runner, summary, root: root ?? facts.base });
  const text = [commands.trimEnd(), formatSummary(summary, { color })]
    .filter((part) => part !== '')
    .join('\n');
  return { summary, text, isRed: summary.misses.length > 0 };
}

function leaveReceipt(facts: RunFacts): string[] {
  // A project that has Reel and no calls yet gets no files it did not ask for.
  if (facts.reports.length === 0 && process.env['REEL_RECEIPT'] === undefined) return [];
  const file = receiptFile(facts.base, facts.runner);
  try {
    writeReceipt(file, makeReceipt(facts));
    return [];
  } catch (error) {
    return [`the receipt of this run cannot be written to ${file}: ${(error as Error).message}`];
  }
}

function usesColor(): boolean {
  return process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
}
