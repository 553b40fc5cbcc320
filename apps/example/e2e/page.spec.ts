import { expect, type Page } from '@reel/playwright';

import { providerNames } from '../src/index.ts';
import { deskUrl } from './desk-url.ts';
import { expectToGrow, test } from './needs-browser.ts';
import { watchText } from './watch-text.ts';

// Tape plays at the speed of a quick model, so that there is something to see.
test.use({ reelOptions: { timing: { tokensPerSecond: 100 } } });

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Ask' }).click();
}

test.describe('the page', () => {
  for (const provider of providerNames) {
    test(`shows an answer of ${provider} piece by piece`, async ({ page }) => {
      await page.goto(deskUrl(provider));

      await ask(page, 'What is your favorite color, and why?');

      const answer = page.locator('.message.desk');
      const seen = await watchText(answer.locator('.text'));
      await expect(answer).toHaveAttribute('aria-busy', 'false');
      expectToGrow(await seen());
    });
  }

  test('shows which tools were used', async ({ page }) => {
    await page.goto('/');

    await ask(page, 'Where is the parcel of order KC-1042?');

    await expect(page.getByLabel('Looked up').getByRole('listitem')).toHaveText([
      'Order · KC-1042 ✓',
      'Shipment · PX-5530 ✓',
    ]);
    await expect(page.locator('.message.desk .text')).toContainText('PX-5530');
    await expect(page.locator('.message.desk')).toHaveAttribute('aria-busy', 'false');
  });
});
