import { expect, test as base } from '@reel/playwright';

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

/** The text grew by pieces, each shown before the next one came: each was in a frame of its own. */
export function expectToGrow(seen: readonly string[]): void {
  const last = seen.at(-1)!;
  expect(seen.length).toBeGreaterThan(2);
  for (const text of seen) expect(last.startsWith(text)).toBe(true);
}
