import { expect } from '@reel/playwright';

import { expectToGrow, test } from './needs-browser.ts';
import { watchText } from './watch-text.ts';

// This page asks OpenAI itself, and reads a stream: that takes a browser with the worker's proxy.
test.use({ reelOptions: { browser: 'stream', timing: { tokensPerSecond: 20 } } });

test('a draft appears piece by piece', async ({ page }) => {
  await page.goto('/drafts');
  const draft = page.getByRole('status', { name: 'Draft' });
  const seen = await watchText(page, '#draft');

  await page.getByLabel('Your OpenAI key').fill('sk-of-whoever-writes');
  await page.getByLabel('What the reply should say').fill('The new grinder is on its way, and we are sorry.');
  await page.getByRole('button', { name: 'Write' }).click();

  await expect(draft).toHaveAttribute('aria-busy', 'false');
  expectToGrow(await seen());
});
