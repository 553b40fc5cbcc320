import { resolve } from 'node:path';
import { isWriting } from '../mode.ts';
import { summarize, type RunSummary } from '../report.ts';
import { formatSummary } from '../summary.ts';
import { asShard, declaredShard } from './declared-shard.ts';
import { tellGitHub } from './github-actions.ts';
import { writeJunit } from './junit.ts';
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

/**
 * What every adapter does when the run is over: sums the reports up, leaves the receipt and the JUnit file that `REEL_JUNIT` asks for,
 * and says whether the run is red.
 */
export function finishRun({ color = usesColor(), root, ...given }: FinishOptions): FinishedRun {
  const { facts, warnings } = withDeclaredShard(given);
  warnings.push(...leaveFiles(facts));
  const sums = summarize(facts.reports);
  const summary = { ...sums, warnings: [...sums.warnings, ...warnings] };
  const commands = tellGitHub({ runner: facts.runner, summary, root: root ?? facts.base });
  const said = formatSummary(summary, { color });
  const text = [commands.trimEnd(), said === '' && wasToRecord(facts) ? nothingSeen : said]
    .filter((part) => part !== '')
    .join('\n');
  return { summary, text, isRed: summary.misses.length > 0 };
}

/** Somebody asked for a recording, and not only for new snapshots. */
function wasToRecord({ mode }: RunFacts): boolean {
  return isWriting(mode) && Boolean(process.env['REEL_MODE']);
}

/** A gateway on this machine would be asked, live, in every run. */
const nothingSeen = [
  'reel  nothing was recorded: no test called a host that Reel watches',
  "  hosts on this machine are left alone, unless they are named: intercept: ['127.0.0.1:4000']",
].join('\n');

function withDeclaredShard(facts: RunFacts): { facts: RunFacts; warnings: string[] } {
  try {
    const shard = declaredShard();
    // What the runner says of its own shards is the truth.
    if (shard === undefined || facts.shard !== undefined) return { facts, warnings: [] };
    return { facts: { ...facts, shard, partial: asShard(shard, facts.partial) }, warnings: [] };
  } catch (error) {
    const partial = [...facts.partial, 'a REEL_SHARD that is none'];
    return { facts: { ...facts, partial }, warnings: [(error as Error).message] };
  }
}

function leaveFiles(facts: RunFacts): string[] {
  const junit = process.env['REEL_JUNIT'] || undefined;
  // A project that has Reel and no calls yet gets no files it did not ask for. After a recording `reel record` looks for one.
  const wantsReceipt =
    facts.reports.length > 0 || process.env['REEL_RECEIPT'] !== undefined || wasToRecord(facts);
  if (!wantsReceipt && junit === undefined) return [];
  const receipt = makeReceipt(facts);
  return [
    ...(wantsReceipt
      ? left('the receipt of this run', receiptFile(facts.base, facts.runner), (file) =>
          writeReceipt(file, receipt),
        )
      : []),
    ...(junit === undefined
      ? []
      : left('the JUnit file', resolve(facts.base, junit), (file) => writeJunit(file, receipt))),
  ];
}

function left(what: string, file: string, write: (file: string) => void): string[] {
  try {
    write(file);
    return [];
  } catch (error) {
    return [`${what} cannot be written to ${file}: ${(error as Error).message}`];
  }
}

function usesColor(): boolean {
  return process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
}
