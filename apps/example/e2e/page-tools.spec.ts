import { expect } from '@reel/playwright';

import { askPage } from './ask-page.ts';
import { test } from './needs-browser.ts';

test('the page shows which tools were used', async ({ page }) => {
  await page.goto('/');

  await askPage(page, 'Where is the parcel of order KC-1042?');

  await expect(page.getByLabel('Looked up').getByRole('listitem')).toHaveText([
    'Order · KC-1042 ✓',
    'Shipment · PX-5530 ✓',
  ]);
  await expect(page.locator('.message.desk .text')).toContainText('PX-5530');
  await expect(page.locator('.message.desk')).toHaveAttribute('aria-busy', 'false');
});
