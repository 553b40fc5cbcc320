import type {
  Fixtures,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
} from '@playwright/test';
import type { ReelTest } from './attempt-scope.ts';
import { equipBrowser } from './browser.ts';
import { startGuard } from './guard.ts';
import type { ReelUse } from './options.ts';
import { ReelWorker } from './worker.ts';

// Before the rest of the test file is loaded, which may call something at its top level.
startGuard();

/** What Reel adds to a test. */
export interface ReelTestFixtures {
  /** What Reel knows of the test: what was missed so far (`reel.misses`), and where its cassette is (`reel.location`). */
  reel: ReelTest;
}

/** What Reel adds to a worker. */
export interface ReelWorkerFixtures extends ReelUse {
  /** Not for tests. */
  reelWorker: ReelWorker;
}

/**
 * Reel's fixtures, for a `test` of your own: `base.extend(reelFixtures)`, or a part of `mergeTests`.
 *
 * Options for `use`: `reelMode`, `reelOptions`.
 */
export const reelFixtures: Fixtures<
  ReelTestFixtures,
  ReelWorkerFixtures,
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = {
  reelMode: [undefined, { option: true, scope: 'worker' }],
  reelOptions: [{}, { option: true, scope: 'worker' }],
  reelWorker: [
    async ({ reelMode, reelOptions }, use, info) => {
      const worker = new ReelWorker(info, { reelMode, reelOptions });
      await use(worker);
      await worker.stop();
    },
    { scope: 'worker', auto: true, box: true },
  ],
  reel: [
    async ({ reelWorker }, use, info) => {
      await use(await reelWorker.startTest(info));
      await reelWorker.endTest(info);
    },
    { auto: true, box: true },
  ],
  launchOptions: async ({ launchOptions, reelWorker, browserName }, use) => {
    await use({ ...launchOptions, ...(await reelWorker.page.launchOptions(browserName, launchOptions)) });
  },
  browser: [
    async ({ browser, reelWorker }, use) => {
      const restore = equipBrowser(browser, reelWorker);
      await use(browser);
      restore();
    },
    { scope: 'worker', timeout: 0 },
  ],
};
