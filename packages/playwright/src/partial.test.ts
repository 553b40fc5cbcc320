import type { FullConfig, Suite } from '@playwright/test/reporter';
import { expect, test } from 'vitest';
import { partialBecause } from './partial.ts';

const config = { shard: null, maxFailures: 0 } as unknown as FullConfig;
const suite = { allTests: () => [] } as unknown as Suite;

function reasons(...words: string[]): string[] {
  return partialBecause(config, suite, 'passed', ['node', 'playwright', 'test', ...words]);
}

test.each([
  [['-g', 'chat'], ['name filter']],
  [['--grep=chat'], ['name filter']],
  [['chat.spec.ts'], ['file filter']],
  [['--headed', 'chat.spec.ts'], ['file filter']],
  [['--project', 'one'], ['only some projects']],
  [['--last-failed'], ['only what failed before']],
])('%j leaves tests out', (words, expected) => {
  expect(reasons(...words)).toEqual(expected);
});

test.each([
  [[]],
  [['--workers', '2', '--reporter=line', '--retries', '1']],
  [['-u']],
  [['-u', 'all']],
  [['--update-snapshots=changed', '--headed', '--quiet']],
  [['-c', 'other.config.ts']],
])('%j leaves none out', (words) => {
  expect(reasons(...words)).toEqual([]);
});

test('a run that was interrupted is a part, and so is a shard', () => {
  const sharded = { ...config, shard: { current: 2, total: 3 } };
  expect(partialBecause(sharded, suite, 'interrupted', [])).toEqual(['shard 2/3', 'stopped early']);
});
