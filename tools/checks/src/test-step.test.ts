import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { testStep, withReport } from './test-step.ts';
import type { StepResult } from './step.ts';

const root = resolve(import.meta.dirname, '../../..');
const good = { passed: 2, failed: [], skipped: [] };

/** Runs the step over a package whose test script is this program. */
async function stepOf(program: string, files: Readonly<Record<string, string>> = {}): Promise<StepResult> {
  const folder = temporaryFolder({ 'test.cjs': program, ...files });
  const manifest = { name: 'pkg', scripts: { test: 'node test.cjs' } };
  return await testStep(root, { folder, path: 'packages/pkg', manifest }).run();
}

function writing(report: unknown): string {
  return `
    require('node:fs').mkdirSync('.reports', { recursive: true });
    require('node:fs').writeFileSync('.reports/own.json', ${JSON.stringify(JSON.stringify(report))});
  `;
}

test('a report and exit code 0 pass with the counts of the report', async () => {
  expect(await stepOf(writing(good))).toMatchObject(good);
});

test('names in the report get the path of the package', async () => {
  const report = { passed: 1, failed: [{ name: 'a', message: 'm' }], skipped: [{ name: 'b', reason: 'r' }] };

  expect(await stepOf(`${writing(report)} process.exitCode = 1;`)).toMatchObject({
    failed: [{ name: 'packages/pkg/a' }],
    skipped: [{ name: 'packages/pkg/b' }],
  });
});

describe('the step fails when', () => {
  const failing = async (program: string, files?: Readonly<Record<string, string>>) => {
    const { failed } = await stepOf(program, files);
    return failed.map(({ message }) => message);
  };

  test('the script leaves no report', async () => {
    expect(await failing('')).toEqual([
      'the test script left no report in packages/pkg/.reports (exit code 0)',
    ]);
  });

  test('the only report is from an earlier run', async () => {
    const files = { '.reports/own.json': JSON.stringify(good) };

    expect(await failing('', files)).toEqual([expect.stringContaining('left no report')]);
  });

  test('the script fails though every test in the report passed', async () => {
    expect(await failing(`${writing(good)} process.exit(7);`)).toEqual([
      'every test passed, yet the test script failed: exit code 7',
    ]);
  });

  test('no test ran', async () => {
    expect(await failing(writing({ passed: 0, failed: [], skipped: [] }))).toEqual(['no test ran']);
  });
});

test("the developer's own Reel settings do not reach the tests", async () => {
  process.env['REEL_MODE'] = 'record';
  onTestFinished(() => void delete process.env['REEL_MODE']);

  const { failed } = await stepOf(
    `${writing(good)} process.exit(process.env.REEL_MODE === undefined ? 0 : 1);`,
  );

  expect(failed).toEqual([]);
});

test('only a script that is Vitest alone gets the reporter', () => {
  expect(withReport('vitest run')).toContain('vitest-reporter.ts');
  expect(withReport('vitest run --project node')).toContain('vitest-reporter.ts');
  expect(withReport('vitest run && mocha')).toBe('vitest run && mocha');
  expect(withReport('jest')).toBe('jest');
});

test('a Vitest run is reported with everything that went wrong in it', async () => {
  const folder = temporaryFolder({
    'vitest.config.mjs': `export default { test: { include: ['*.spec.mjs'] } };`,
    'outcomes.spec.mjs': `
      import { test, expect, describe, beforeAll } from 'vitest';
      let tries = 0;
      test('passes', () => {});
      test('passes at the second try', { retry: 1 }, () => expect(++tries).toBe(2));
      test.fails('fails as expected', () => expect(1).toBe(2));
      test('fails', () => expect(1).toBe(2));
      test('has a reason', (context) => context.skip('no browser here'));
      test.skip('has none', () => {});
      test.todo('is to be written');
      describe('broken hook', () => { beforeAll(() => { throw new Error('hook') }); test('never runs', () => {}); });
      test('rejects later', () => { Promise.reject(new Error('stray')); });`,
    'broken.spec.mjs': `throw new Error('does not load');`,
    'package.json': '{}',
  });
  const manifest = { name: 'pkg', scripts: { test: `vitest run --root "${folder}"` } };
  // Its own node_modules has no Vitest: the workspace's is on PATH, and imports resolve from the runner.
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'));

  const { passed, failed, skipped } = await testStep(root, { folder, path: 'p', manifest }).run();

  expect(failed.map(({ name, message }) => `${name}: ${message.split('\n')[0]}`).toSorted()).toEqual([
    'p/broken.spec.mjs: Error: does not load',
    'p/outcomes.spec.mjs > broken hook: Error: hook',
    'p/outcomes.spec.mjs > fails: AssertionError: expected 1 to be 2 // Object.is equality',
    'p/unhandled error: Error: stray',
  ]);
  expect(passed).toBe(4);
  expect(skipped).toEqual([
    { name: 'p/outcomes.spec.mjs > has a reason', reason: 'no browser here' },
    { name: 'p/outcomes.spec.mjs > has none', reason: '' },
    { name: 'p/outcomes.spec.mjs > is to be written', reason: 'todo' },
    { name: 'p/outcomes.spec.mjs > broken hook > never runs', reason: '' },
  ]);
});
