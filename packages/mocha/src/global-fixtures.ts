import { ReelError } from '@reel/core';
import { createRunFolder } from '@reel/core/adapter';
import type { Runner } from './mocha.ts';
import { watch } from './root-hooks.ts';
import { endRun, partsLeftOut } from './run-end.ts';

let runner: Runner | undefined;
let hadOnly = false;

function setUp(this: unknown): void {
  createRunFolder();
  // Given the runner, but in watch mode an empty object. Asked now: the filter by `.only` forgets what it was made of.
  runner = isRunner(this) ? this : undefined;
  hadOnly = runner?.suite.hasOnly?.() ?? false;
  if (runner === undefined) watch();
}

/** Before anything runs, in the main process: makes the folder through which parallel workers report. */
export const mochaGlobalSetup: (this: unknown) => void = setUp;

/**
 * After everything: prints the summary. The exit code of Mocha is set by a failing teardown only.
 * @throws when requests were missed that made no test fail
 */
export function mochaGlobalTeardown(): void {
  if (runner === undefined) return;
  const { isRed } = endRun({ passed: runner.failures === 0, partial: partsLeftOut(runner, hadOnly) });
  if (!isRed || runner.failures > 0) return;
  const error = new ReelError('REEL_OUTSIDE_TEST', {
    what: 'requests were missed that made no test fail',
    fix: 'see what the summary lists as missed',
  });
  error.stack = error.message;
  throw error;
}

function isRunner(value: unknown): value is Runner {
  return typeof (value as Partial<Runner> | undefined)?.suite === 'object';
}
