import { expect, test } from 'vitest';
import { summarize } from './summary.ts';

test('the counts stand alone on the last line', () => {
  const failed = [{ name: 'a.test.ts > a', message: 'expected 1\nto be 2' }];
  const skipped = [
    { name: 'a.test.ts > b', reason: 'needs a browser' },
    { name: 'a.test.ts > c', reason: '' },
  ];

  expect(summarize({ passed: 7, failed, skipped }).split('\n')).toEqual([
    '',
    'Failed',
    '  a.test.ts > a',
    '    expected 1',
    '    to be 2',
    '',
    'Skipped',
    '  a.test.ts > b: needs a browser',
    '  a.test.ts > c: no reason given',
    '',
    '7 passed, 1 failed, 2 skipped',
  ]);
});

test('skipped tests are not mentioned when there are none', () => {
  expect(summarize({ passed: 7, failed: [], skipped: [] })).toBe('\n7 passed, 0 failed');
});
