import type { Page } from '@playwright/test';

/** What a customer does with the page of the desk. */
export async function askPage(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Ask' }).click();
}
