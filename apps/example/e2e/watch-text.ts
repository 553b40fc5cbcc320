import type { Page } from '@playwright/test';

/**
 * Notes every state that a text passes through, as the page shows it: once a frame, in the page itself.
 * @param selector of the element, which need not be there yet
 * @returns what there was to see until now
 */
export async function watchText(page: Page, selector: string): Promise<() => Promise<readonly string[]>> {
  const seen = await page.evaluateHandle((selector) => {
    const seen: string[] = [];
    const look = (): void => {
      const text = document.querySelector(selector)?.textContent ?? '';
      if (text !== '' && text !== seen.at(-1)) seen.push(text);
      requestAnimationFrame(look);
    };
    look();
    return seen;
  }, selector);
  return () => seen.jsonValue();
}
