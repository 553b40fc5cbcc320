import { describe } from 'vitest';
import type { AdapterDriver } from './driver.ts';
import { badUse } from './scenarios/bad-use.ts';
import { deletedLines } from './scenarios/deleted-lines.ts';
import { misses } from './scenarios/misses.ts';
import { projects } from './scenarios/projects.ts';
import { saving } from './scenarios/saving.ts';
import { unused } from './scenarios/unused.ts';
import { watching } from './scenarios/watching.ts';
import { aWholeSuite } from './scenarios/whole-suite.ts';

/**
 * Holds an adapter to its contract with the real runner: everything a test can do to a cassette, and what the run says at its
 * end. What the runner cannot do (`driver.lacks`) shows as skipped tests with the reason.
 */
export function describeAdapter(driver: AdapterDriver): void {
  describe(`the adapter for ${driver.runner}`, () => {
    aWholeSuite(driver);
    misses(driver);
    saving(driver);
    unused(driver);
    deletedLines(driver);
    projects(driver);
    badUse(driver);
    watching(driver);
  });
}
