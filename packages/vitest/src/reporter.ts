import { dirname } from 'node:path';
import { ReelError, type Recorder, type ScopeReport } from '@reel/core';
import { clearReports, finishRun, runFolder } from '@reel/core/adapter';
import type { Reporter, TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node';
import { partsLeftOut } from './partial.ts';
import { setupFile } from './setup-file.ts';
import './types.ts';

/** Marks the reporter: a second copy of this package in the process must not print a second summary. */
const mark: unique symbol = Symbol.for('reel.vitest.reporter') as never;

/** Whether an entry of Vitest's `reporters` is Reel's. */
export function isReporter(reporter: unknown): boolean {
  return typeof reporter === 'object' && reporter !== null && mark in reporter;
}

/** Prints what was replayed, recorded, missed and left unused, leaves the receipt, and fails a run whose misses no test showed. */
export class ReelReporter implements Reporter {
  readonly [mark] = true;
  readonly #recorder: Pick<Recorder, 'base' | 'mode'>;
  #vitest!: Vitest;
  #specifications: readonly TestSpecification[] = [];

  constructor(recorder: Pick<Recorder, 'base' | 'mode'>) {
    this.#recorder = recorder;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  /** @throws REEL_SETUP_MISSING, before a test of such a project reaches the network. */
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#specifications = specifications;
    const folder = runFolder();
    if (folder !== undefined) clearReports(folder);
    const bare = new Set(specifications.filter(isBare).map(({ project }) => project.name || '(default)'));
    if (bare.size > 0) throw setupMissing([...bare]);
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const reports = modules.flatMap((module) => [
      ...reportsOf(module.meta()),
      ...[...module.children.allTests()].flatMap((test) => reportsOf(test.meta())),
    ]);
    const { base, mode } = this.#recorder;
    const { shard } = this.#vitest.config;
    const finished = finishRun({
      runner: 'vitest',
      base,
      root: this.#vitest.config.root,
      mode: mode.mode,
      passed: reason === 'passed' && unhandled.length === 0 && modules.every((module) => module.ok()),
      partial:
        reports.length === 0
          ? []
          : await partsLeftOut(this.#vitest, { specifications: this.#specifications, modules, reason }),
      shard: shard === undefined ? undefined : `${shard.index}/${shard.count}`,
      reports,
    });
    if (finished.text !== '') this.#vitest.logger.log(`\n${finished.text}\n`);
    if (finished.isRed) process.exitCode = 1;
  }
}

function reportsOf(meta: { reel?: readonly ScopeReport[] }): readonly ScopeReport[] {
  return meta.reel ?? [];
}

/** Projects from config files of their own, and those that do not extend the root, do not get its plugins. */
function isBare({ project, pool }: TestSpecification): boolean {
  // Types are checked without running anything; browsers were warned of.
  if (pool === 'typescript' || project.config.browser.enabled) return false;
  return !project.config.setupFiles.some(
    (file) => dirname(file) === dirname(setupFile) || /[\\/]@reel[\\/]vitest[\\/]/.test(file),
  );
}

function setupMissing(projects: readonly string[]): ReelError {
  return new ReelError('REEL_SETUP_MISSING', {
    what: `Reel is not set up in ${projects.length === 1 ? 'the project' : 'the projects'} ${projects.join(', ')}: calls there would be live`,
    where: 'test.projects in the Vitest config',
    fix: "add plugins: [reel()] to it, or extends: true; reel({ mode: 'live' }) if its calls are meant to be live",
  });
}
