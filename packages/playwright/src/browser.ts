import type { Browser } from '@playwright/test';
import type { ReelWorker } from './worker.ts';

/**
 * Makes every context of a browser one whose requests belong to the test of the moment: those of the `page` and `context` fixtures,
 * which go through `newContext` as well, and those that tests make themselves.
 * @returns the undo
 */
export function equipBrowser(browser: Browser, worker: ReelWorker): () => void {
  const { newContext } = browser;
  browser.newContext = async function (this: Browser, options = {}) {
    const context = await Reflect.apply(newContext, browser, [
      { ...options, ...(await worker.page.contextOptions(options)) },
    ]);
    await worker.servers.add(context);
    await worker.page.add(context);
    return context;
  };
  return () => {
    browser.newContext = newContext;
  };
}
