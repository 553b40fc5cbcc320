import { defineConfig } from '@playwright/test';
import { findBrowser } from '@reel/browser';
import { reelServer, withReel } from '@reel/playwright/config';

import { providerNames } from './src/index.ts';
import { deskUrl } from './e2e/desk-url.ts';

const browser = await findBrowser();
// Workers read this file as well; a run says it once.
if (process.env['TEST_WORKER_INDEX'] === undefined) {
  console.log(browser.path === undefined ? browser.reason : `browser: ${browser.path} (${browser.source})`);
}

export default withReel(
  defineConfig({
    testDir: 'e2e',
    workers: 2,
    metadata: browser,
    use: {
      baseURL: deskUrl('openai'),
      launchOptions: {
        ...(browser.path !== undefined && { executablePath: browser.path }),
        // Chromium has no sandbox for root, which containers of CI often are.
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      },
    },
    webServer: providerNames.map((provider) =>
      reelServer({
        command: `"${process.execPath}" src/server.ts`,
        url: deskUrl(provider),
        env: { SUPPORT_PROVIDER: provider, PORT: new URL(deskUrl(provider)).port },
      }),
    ),
  }),
);
