import type { ReelErrorCode } from './errors.ts';
import type { Mode } from './mode.ts';

/** How a test ended, as its runner says. */
export type Outcome = 'passed' | 'failed' | 'skipped';

/** A request that was not answered from tape although it had to be. Redacted: may be printed anywhere. */
export interface Miss {
  readonly code: ReelErrorCode;
  readonly method: string;
  readonly url: string;
  /** The whole message: what differs from the nearest recording, where, and the command that repairs it. */
  readonly message: string;
}

/** Token counts and estimated cost of the calls to one model. */
export interface ModelUsage {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars at list price; `undefined` when the price of the model is not known. */
  readonly cost?: number;
}

/** What happened in one scope. Plain JSON: it crosses from workers to reporters. */
export interface ScopeReport {
  /** Where the cassette is, for people. */
  readonly cassette: string;
  /** Absolute path of the cassette's file. Absent for stores that have none. */
  readonly file?: string;
  /** The test's name, or the cassette's for code without a runner. */
  readonly test: string;
  readonly mode: Mode;
  readonly outcome: Outcome;
  readonly replayed: number;
  readonly recorded: number;
  /** Positions on tape, from 0, of what was replayed; each once. */
  readonly used: readonly number[];
  /** The tape as it was read: length of the file in bytes, and its interactions. Absent when no request needed it. */
  readonly tape?: { readonly bytes: number; readonly interactions: number };
  /** Whether the cassette was written. */
  readonly saved: boolean;
  readonly misses: readonly Miss[];
  /** Recordings that a passing test did not ask for. */
  readonly unused: readonly { readonly method: string; readonly url: string }[];
  /** Answered from tape: what was not spent. */
  readonly savedUsage: readonly ModelUsage[];
  /** Recorded from upstream: what was spent. */
  readonly spentUsage: readonly ModelUsage[];
  /** Sentences worth a line in the summary. */
  readonly warnings: readonly string[];
}

/** Sums over the scopes of a run. */
export interface RunSummary {
  readonly tests: number;
  readonly replayed: number;
  readonly recorded: number;
  /** Of those, the ones that went nowhere, because their test failed. */
  readonly notKept: number;
  readonly cassettesWritten: readonly string[];
  readonly misses: readonly (Miss & { readonly test: string; readonly cassette: string })[];
  readonly unused: readonly { readonly cassette: string; readonly test: string; readonly count: number }[];
  readonly savedUsage: readonly ModelUsage[];
  readonly spentUsage: readonly ModelUsage[];
  readonly warnings: readonly string[];
}

export function summarize(reports: readonly ScopeReport[]): RunSummary {
  const active = reports.filter((report) => report.replayed + report.recorded + report.misses.length > 0);
  return {
    tests: active.length,
    replayed: sum(reports, (report) => report.replayed),
    recorded: sum(reports, (report) => report.recorded),
    notKept: sum(reports, ({ outcome, saved, recorded }) => (outcome === 'failed' && !saved ? recorded : 0)),
    cassettesWritten: [...new Set(reports.filter(({ saved }) => saved).map(({ cassette }) => cassette))],
    misses: reports.flatMap(({ misses, test, cassette }) =>
      misses.map((miss) => ({ ...miss, test, cassette })),
    ),
    unused: reports
      .filter(({ unused }) => unused.length > 0)
      .map(({ cassette, test, unused }) => ({ cassette, test, count: unused.length })),
    savedUsage: addUsage(reports.flatMap(({ savedUsage }) => savedUsage)),
    spentUsage: addUsage(reports.flatMap(({ spentUsage }) => spentUsage)),
    warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
  };
}

/** Adds usages of the same model up. A cost that is unknown in one place is unknown in the sum. */
export function addUsage(usages: readonly ModelUsage[]): ModelUsage[] {
  const sums = new Map<string, ModelUsage>();
  for (const usage of usages) {
    const key = `${usage.provider}\n${usage.model}`;
    const sofar = sums.get(key);
    sums.set(key, sofar === undefined ? usage : addTwo(sofar, usage));
  }
  return [...sums.values()];
}

function addTwo(a: ModelUsage, b: ModelUsage): ModelUsage {
  return {
    provider: a.provider,
    model: a.model,
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(a.cost !== undefined && b.cost !== undefined && { cost: a.cost + b.cost }),
  };
}

/** The usage of the same calls made `times` times. */
export function multiplyUsage(usages: readonly ModelUsage[], times: number): ModelUsage[] {
  if (times === 1) return [...usages];
  return usages.map((usage) => ({
    ...usage,
    calls: usage.calls * times,
    inputTokens: usage.inputTokens * times,
    outputTokens: usage.outputTokens * times,
    ...(usage.cost !== undefined && { cost: usage.cost * times }),
  }));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
