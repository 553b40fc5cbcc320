import { mkdirSync } from 'node:fs';
import { clearReports, createRunFolder, runFolder } from '@reel/core/adapter';
import { startGuard } from './guard.ts';

/** Set by the reporter: there is somebody who makes a run red whose tests all passed. */
export const reporterVariable = 'REEL_PLAYWRIGHT_REPORTER';

/** Set by `withReel`: every process of the run refuses calls that no test owns. */
export const guardVariable = 'REEL_PLAYWRIGHT_GUARD';

/**
 * Makes this process part of a run: the main process, which makes the folder of the run, and the workers, which find it. A folder
 * that was set from outside is shared with servers that run longer than one run.
 */
export function joinRun(): string {
  const given = runFolder();
  const folder = given ?? createRunFolder();
  if (given !== undefined && !isWorker() && !hasJoined) {
    mkdirSync(folder, { recursive: true });
    // What an earlier run left there would be counted again.
    clearReports(folder);
  }
  hasJoined = true;
  startGuard();
  return folder;
}

let hasJoined = false;

/** Playwright sets it in its workers before they load anything. */
export function isWorker(): boolean {
  return process.env['TEST_WORKER_INDEX'] !== undefined;
}
