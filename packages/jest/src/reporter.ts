import { createSession, type Recorder, type ReelOptions } from '@reel/core';
import { assertAllowedInCI, clearReports, createRunFolder, finishRun, readReports } from '@reel/core/adapter';
import { optionsSource } from './places.ts';
import { partsLeftOut, type GlobalConfig, type Results, type TestFile } from './run.ts';
import { assertSetUp } from './set-up-check.ts';

/** One for the life of the process: in watch mode Jest makes a reporter for each run. */
let folder: string | undefined;

/**
 * Prints what was replayed, recorded, missed and left unused, leaves the receipt, and fails a run whose misses no test showed, or
 * that has a project without Reel.
 */
export class ReelReporter {
  readonly #config: GlobalConfig;
  readonly #recorder: Recorder;
  #error: Error | undefined;

  /** @throws every error of the configuration: wrong options and recording in CI end the run here, not once per test file. */
  constructor(config: GlobalConfig, { options }: { readonly options?: ReelOptions } = {}) {
    this.#config = config;
    this.#recorder = createSession({
      from: config.rootDir,
      options,
      optionsSource,
      runnerMode: config.updateSnapshot === 'all' ? { mode: 'record', source: 'jest -u' } : undefined,
    });
    if (config.ci) assertAllowedInCI(this.#recorder.mode, { ...process.env, CI: 'true' });
    // Workers are started later and find it in their environment.
    folder ??= createRunFolder();
    clearReports(folder);
  }

  /** Jest counts what this throws as a failure of the file, and does not run it. */
  onTestFileStart(test: TestFile): void {
    assertSetUp(test);
  }

  onRunComplete(contexts: ReadonlySet<unknown>, results: Results): void {
    const reports = readReports(folder!);
    const { shard } = this.#config;
    const { text, isRed } = finishRun({
      runner: 'jest',
      base: this.#recorder.base,
      root: this.#config.rootDir,
      // Options by hand (`globals.reel`) are known to the test files only.
      mode: reports[0]?.mode ?? this.#recorder.mode.mode,
      passed: results.numFailedTests === 0 && results.numRuntimeErrorTestSuites === 0,
      partial: partsLeftOut(this.#config, contexts, results),
      shard: shard && `${shard.shardIndex}/${shard.shardCount}`,
      reports,
      color: process.stderr.isTTY === true && process.env['NO_COLOR'] === undefined,
    });
    // Beside Jest's own output: with --json, standard output is for the machine.
    if (text !== '') process.stderr.write(`\n${text}\n`);
    if (isRed) this.#error = new Error('reel: requests were missed');
  }

  /** An error here makes Jest's exit code 1. */
  getLastError(): Error | undefined {
    return this.#error;
  }
}

export default ReelReporter;
