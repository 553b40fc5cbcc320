import { expect, test } from 'vitest';
import { trafficFolder, whyAbsent } from './folder.ts';
import { tabulate } from './tabulate.ts';

test('real traffic imports whole and replays byte for byte', { timeout: 300_000 }, async (context) => {
  if (trafficFolder === undefined) return context.skip(whyAbsent);
  const { rows, differences, skipped } = await tabulate(trafficFolder);
  const sum = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const imported = sum((row) => row.imported);
  for (const client of ['fetch', 'undici', 'node:http'])
    expect(sum((row) => row.exact[client]!) / imported, client).toBeGreaterThan(0.99);
  expect(sum((row) => row.conversation)).toBe(imported);
  // What is not byte for byte is so on purpose: nobody waits for a retry, and signed URLs are taken out.
  for (const { what } of differences)
    expect(what).toMatch(/^headers differ: lost ; added retry-after|^bytes differ/);
  for (const reason of skipped.keys())
    expect(reason).toMatch(/WebSocket session|not of an HTTP API|gRPC call/);
});
