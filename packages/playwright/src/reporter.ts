import { readdirSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { FullConfig, FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';
import { createSession, type ScopeReport } from '@reel/core';
import { finishRun, notRun, readReports } from '@reel/core/adapter';
import { coreOptions, optionsSource, type ReelUse } from './options.ts';
import { partialBecause } from './partial.ts';
import { guardVariable, joinRun, reporterVariable } from './run.ts';
import { runnerMode } from './runner-mode.ts';
import { filesWithoutReel } from './setup-missing.ts';
import { coveredFolder, coverageKey } from './coverage.ts';
import { rootOf, specFile, titlesOf } from './test-name.ts';

/**
 * Prints what was replayed, recorded, missed and left unused, leaves the receipt of the run, and makes a run red whose misses no
 * test showed.
 */
export default class ReelReporter implements Reporter {
  readonly #folder: string = joinRun();
  #config: FullConfig | undefined;
  #suite: Suite | undefined;

  constructor() {
    process.env[reporterVariable] = '1';
  }

  printsToStdio(): boolean {
    // Beside a reporter that prints the tests, not instead of one.
    return false;
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  async onEnd(result: FullResult): Promise<{ status?: FullResult['status'] }> {
    const config = this.#config;
    const suite = this.#suite;
    if (config === undefined || suite === undefined) return {};
    const tests = suite.allTests();
    const recorder = sessionOf(config, config.projects[0]?.use as Partial<ReelUse> | undefined);
    const missing = this.#uncovered(tests, config);
    const { text, isRed } = finishRun({
      runner: 'playwright',
      base: recorder.base,
      root: rootOf(config),
      mode: recorder.mode.mode,
      passed: result.status === 'passed' && missing.length === 0,
      partial: partialBecause(config, suite, result.status),
      ...(config.shard !== null && { shard: `${config.shard.current}/${config.shard.total}` }),
      reports: withSkipped(readReports(this.#folder), tests, config),
    });
    if (text !== '') process.stdout.write(`\n${text}\n`);
    for (const message of missing) process.stdout.write(`\n${message}\n`);
    // With the guard in every process, calls of tests without Reel were refused and are among the misses.
    const isUnguarded = missing.length > 0 && process.env[guardVariable] === undefined;
    return result.status === 'passed' && (isRed || isUnguarded) ? { status: 'failed' } : {};
  }

  /** Messages on the files whose tests ran without Reel, one for each project. */
  #uncovered(tests: readonly TestCase[], config: FullConfig): string[] {
    const covered = new Set(readdirSync(coveredFolder(this.#folder)));
    const files = new Map<string, Set<string>>();
    for (const test of tests) {
      // One that failed is red anyway, and may have failed before Reel could note it.
      if (!test.results.some(({ status }) => status === 'passed')) continue;
      const described = describe(test);
      const file = specFile(config, described);
      if (covered.has(coverageKey(described.project, file))) continue;
      const list = files.get(described.project) ?? new Set();
      files.set(described.project, list.add(relative(rootOf(config), file).split(sep).join('/')));
    }
    return [...files].map(([project, list]) => filesWithoutReel(project, [...list]).message);
  }
}

function sessionOf(config: FullConfig, use: Partial<ReelUse> | undefined): ReturnType<typeof createSession> {
  return createSession({
    from: rootOf(config),
    options: coreOptions(use ?? {}),
    optionsSource,
    runnerMode: runnerMode(config),
  });
}

/** Tests that were skipped by their declaration, or never reached, have no scope that could report them. */
function withSkipped(
  reports: readonly ScopeReport[],
  tests: readonly TestCase[],
  config: FullConfig,
): ScopeReport[] {
  const known = new Set(reports.map(({ test }) => test));
  const others = tests.filter(wasSkipped).map((test) => skipped(test, config));
  return [...reports, ...others.filter(({ test }) => !known.has(test))];
}

function wasSkipped({ results }: TestCase): boolean {
  return results.every(({ status }) => status === 'skipped');
}

function skipped(test: TestCase, config: FullConfig): ScopeReport {
  const described = describe(test);
  const use = test.parent.project()?.use as Partial<ReelUse> | undefined;
  return notRun(sessionOf(config, use), {
    file: specFile(config, described),
    titlePath: titlesOf(described),
    root: rootOf(config),
  });
}

/** In a reporter a title path begins with the root and the project. */
function describe(test: TestCase): Parameters<typeof specFile>[1] {
  const { file, line } = test.location;
  const titlePath = test.titlePath().slice(2);
  return { file, line, titlePath, tags: test.tags, project: test.parent.project()?.name ?? '' };
}
