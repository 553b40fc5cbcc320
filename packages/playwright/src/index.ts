import { test as base } from '@playwright/test';
import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from '@playwright/test';
import { reelFixtures, type ReelTestFixtures, type ReelWorkerFixtures } from './fixtures.ts';

export * from '@playwright/test';

/** Playwright's `test`, with a cassette for every test. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & ReelTestFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & ReelWorkerFixtures
> = base.extend<ReelTestFixtures, ReelWorkerFixtures>(reelFixtures);

export { reelFixtures };
export type { ReelTestFixtures, ReelWorkerFixtures };
export type { BrowserWay, PlaywrightReelOptions, ReelUse } from './options.ts';
export { useCassette } from '@reel/core';
export type { ReelOptions } from '@reel/core';
