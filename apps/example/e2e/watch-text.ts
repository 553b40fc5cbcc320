import type { Locator } from '@playwright/test';

/** One state of a text on the page. */
export interface Sight {
  /** Milliseconds since the page was opened. */
  readonly at: number;
  readonly text: string;
}

/**
 * Notes every state that the text of an element passes through, as the page shows it: once a frame, in the page itself.
 * @returns what there was to see until now
 */
export async function watchText(element: Locator): Promise<() => Promise<readonly Sight[]>> {
  const watched = await element.evaluateHandle((node) => {
    const seen: Sight[] = [];
    const look = (at: number): void => {
      const text = node.textContent;
      if (text !== '' && text !== seen.at(-1)?.text) seen.push({ at, text });
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    return seen;
  });
  return () => watched.jsonValue();
}
