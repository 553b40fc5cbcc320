import { expect } from '@reel/playwright';

import { providerNames } from '../src/index.ts';
import { deskUrl } from './desk-url.ts';
import { askPage } from './ask-page.ts';
import { expectToGrow, test } from './needs-browser.ts';
import { watchText } from './watch-text.ts';

// Tape plays slowly, so that there is something to see on a busy machine too.
test.use({ reelOptions: { timing: { tokensPerSecond: 20 } } });

test.describe('the page', () => {
  for (const provider of providerNames) {
    test(`shows an answer of ${provider} piece by piece`, async ({ page }) => {
      await page.goto(deskUrl(provider));
      const seen = await watchText(page, '.message.desk .text');

      await askPage(page, 'What is your favorite color, and why?');

      await expect(page.locator('.message.desk')).toHaveAttribute('aria-busy', 'false');
      expectToGrow(await seen());
    });
  }
});
