import { expect, test as base } from '@reel/playwright';

import type { Sight } from './watch-text.ts';

/** `test` for what needs a page: skipped, with the reason, where there is no browser. */
export const test = base.extend<{ needsBrowser: void }>({
  needsBrowser: [
    async ({}, use, { config }) => {
      const { reason } = config.metadata as { reason?: string };
      base.skip(reason !== undefined, reason ?? '');
      await use();
    },
    { auto: true },
  ],
});

/** The text grew by pieces, each shown before the next one came. */
export function expectToGrow(seen: readonly Sight[]): void {
  const [first, last] = [seen[0]!, seen.at(-1)!];
  expect(seen.length).toBeGreaterThan(5);
  for (const { text } of seen) expect(last.text.startsWith(text)).toBe(true);
  expect(last.at - first.at).toBeGreaterThan(100);
}
