import { formatSummary, summarize, type ScopeReport } from '@reel/core';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import './types.ts';

/** Prints what was replayed, recorded, missed and left unused, and fails a run whose misses no test showed. */
export class ReelReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const reports = modules.flatMap((module) => [...reportsOf(module.meta()), ...testReports(module)]);
    const summary = summarize(reports);
    const text = formatSummary(summary, {
      color: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    });
    if (text !== '') this.#vitest?.logger.log(`\n${text}\n`);
    // test.fails turns a miss into the failure it expects: the run has to be red all the same.
    if (summary.misses.length > 0) process.exitCode = 1;
  }
}

function testReports(module: TestModule): ScopeReport[] {
  return [...module.children.allTests()].flatMap((test: TestCase) => reportsOf(test.meta()));
}

function reportsOf(meta: { reel?: ScopeReport[] }): ScopeReport[] {
  return meta.reel ?? [];
}
