import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { readReports } from './report.ts';

const failed = [{ name: 'a.test.ts > a', message: 'expected 1' }];
const skipped = [{ name: 'a.test.ts > b', reason: 'needs a browser' }];

test('the reports of several runners in one package are added up', () => {
  const folder = temporaryFolder({
    '.reports/vitest.json': JSON.stringify({ passed: 2, failed, skipped: [] }),
    '.reports/mocha.json': JSON.stringify({ passed: 3, failed: [], skipped }),
  });

  expect(readReports(folder)).toEqual({ passed: 5, failed, skipped });
});

test('a package without reports has none, which is not the same as no failures', () => {
  expect(readReports(temporaryFolder())).toBeUndefined();
});

test.each(['', '[1]', 'null', '{"passed":1}', '{"passed":"1","failed":[],"skipped":[]}'])(
  'a file that is no report is an error that names it: %j',
  (content) => {
    const folder = temporaryFolder({ '.reports/jest.json': content });

    expect(() => readReports(folder)).toThrow(/jest\.json is not a test report/);
  },
);
