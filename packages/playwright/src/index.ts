import { test as base } from '@playwright/test';
import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from '@playwright/test';
import { reelFixtures, type ReelTestFixtures, type ReelWorkerFixtures } from './fixtures.ts';

// By name: the public names of a package are listed, and a later Playwright does not add to them unseen.
export {
  chromium,
  defineConfig,
  devices,
  expect,
  firefox,
  mergeExpects,
  mergeTests,
  request,
  selectors,
  webkit,
} from '@playwright/test';
export type {
  APIRequestContext,
  APIResponse,
  Browser,
  BrowserContext,
  BrowserContextOptions,
  BrowserType,
  ConsoleMessage,
  Cookie,
  Dialog,
  Download,
  ElementHandle,
  Expect,
  FileChooser,
  Fixtures,
  Frame,
  FrameLocator,
  FullConfig,
  FullProject,
  JSHandle,
  LaunchOptions,
  Locator,
  Page,
  PlaywrightTestArgs,
  PlaywrightTestConfig,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  Project,
  Request,
  Response,
  Route,
  TestFixture,
  TestInfo,
  TestInfoError,
  TestType,
  ViewportSize,
  WebSocket,
  WorkerFixture,
  WorkerInfo,
} from '@playwright/test';

/** Playwright's `test`, with a cassette for every test. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & ReelTestFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & ReelWorkerFixtures
> = base.extend<ReelTestFixtures, ReelWorkerFixtures>(reelFixtures);

export { reelFixtures };
export type { ReelTestFixtures, ReelWorkerFixtures };
export type { ReelTest } from './attempt-scope.ts';
export type { BrowserWay, PlaywrightReelOptions, ReelUse } from './options.ts';
export { useCassette } from '@reel/core';
export type { ReelOptions } from '@reel/core';
