import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { withForeignOutput } from './foreign-report.ts';
import { testStep, testSteps } from './test-step.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Each runner over the same outcomes, in its own words, and what they are reported as. */
const projects = {
  jest: {
    script: 'jest',
    files: {
      'package.json': '{ "jest": { "watchman": false, "testMatch": ["**/*.spec.js"] } }',
      'outcomes.spec.js': `
        test('passes', () => {});
        test('fails', () => { throw new Error('not today'); });
        test.skip('is left out', () => {});
        test.todo('is to be written');`,
      'broken.spec.js': `throw new Error('does not load');`,
      'hook.spec.js': `beforeAll(() => { throw new Error('hook'); }); test('never runs', () => {});`,
    },
    passed: 1,
    failed: [
      'p/broken.spec.js: does not load',
      'p/hook.spec.js > never runs: hook',
      'p/outcomes.spec.js > fails: not today',
    ],
    skipped: [
      { name: 'p/outcomes.spec.js > is left out', reason: '' },
      { name: 'p/outcomes.spec.js > is to be written', reason: 'todo' },
    ],
  },
  mocha: {
    script: 'mocha *.spec.cjs',
    files: {
      'package.json': '{}',
      'outcomes.spec.cjs': `
        it('passes', () => {});
        it('fails', () => { throw new Error('not today'); });
        it.skip('is left out', () => {});
        describe('broken hook', () => { before(() => { throw new Error('hook'); }); it('never runs', () => {}); });
        describe('late', () => { afterEach(() => { throw new Error('after'); }); it('had passed', () => {}); });`,
    },
    passed: 2,
    failed: [
      'p/outcomes.spec.cjs > broken hook "before all" hook for "never runs": hook',
      'p/outcomes.spec.cjs > fails: not today',
      'p/outcomes.spec.cjs > late "after each" hook for "had passed": after',
    ],
    skipped: [{ name: 'p/outcomes.spec.cjs > is left out', reason: '' }],
  },
  playwright: {
    script: 'playwright test',
    files: {
      'package.json': '{}',
      'playwright.config.cjs': `module.exports = { retries: 1, workers: 1 };`,
      'node_modules/@reel/playwright/package.json': '{ "exports": { "./reporter": "./reporter.cjs" } }',
      'node_modules/@reel/playwright/reporter.cjs': 'module.exports = class {};',
      'outcomes.spec.cjs': `
        const { test } = require('@playwright/test');
        test('passes', () => {});
        test('passes at the second try', ({}, { retry }) => { if (retry === 0) throw new Error('once'); });
        test('fails', () => { throw new Error('not today'); });
        test.fail('passes, and should not', () => {});
        test.describe('a group', () => { test('has a reason', () => test.skip(true, 'no browser here')); });
        test.skip('has none', () => {});`,
    },
    passed: 2,
    failed: [
      'p/outcomes.spec.cjs > fails: not today',
      'p/outcomes.spec.cjs > passes, and should not: passed, though it should have failed',
    ],
    skipped: [
      { name: 'p/outcomes.spec.cjs > has none', reason: '' },
      { name: 'p/outcomes.spec.cjs > a group > has a reason', reason: 'no browser here' },
    ],
  },
} as const;

describe.each(Object.entries(projects))('a run of %s', (runner, project) => {
  test('is reported test by test, with everything that went wrong in it', async () => {
    const folder = temporaryFolder(project.files);
    const modules = join(import.meta.dirname, '../node_modules');
    if (runner === 'playwright')
      symlinkSync(join(modules, '@playwright'), join(folder, 'node_modules/@playwright'));
    else symlinkSync(modules, join(folder, 'node_modules'));
    const manifest = { name: 'pkg', scripts: { 'test:own': project.script } };
    const path = `${join(import.meta.dirname, '../node_modules/.bin')}`;
    process.env['PATH'] = `${path}:${process.env['PATH']}`;

    const result = await testStep(root, { folder, path: 'p', manifest }, 'test:own').run();

    const failed = result.failed.map(({ name, message }) => `${name}: ${firstLine(message)}`);
    expect({ passed: result.passed, failed: failed.toSorted(), skipped: result.skipped }).toEqual({
      passed: project.passed,
      failed: project.failed,
      skipped: project.skipped,
    });
  }, 60_000);
});

/** The error's own words. */
function firstLine(message: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = message.replaceAll(/\u001B\[\d+m/g, '');
  return (
    /(?:Error: |failed to run\s+)(.*)/.exec(plain)?.[1] ??
    plain.split('\n').find((line) => line.trim() !== '') ??
    ''
  );
}

test('a package has a step for each of its test scripts', () => {
  const scripts = { build: 'tsup', test: 'vitest run', 'test:jest': 'jest', 'test:mocha': 'mocha' };

  const steps = testSteps(root, { folder: '/x', path: 'apps/x', manifest: { name: 'x', scripts } });

  expect(steps.map(({ name }) => name)).toEqual([
    'tests apps/x',
    'tests apps/x (jest)',
    'tests apps/x (mocha)',
  ]);
});

test('only a script that is one runner alone is cared for', () => {
  expect(withForeignOutput('jest --runInBand')?.line).toMatch(/^jest --runInBand --ci --json/);
  expect(withForeignOutput('playwright test')?.line).toContain('--reporter=');
  expect(withForeignOutput('playwright install')).toBeUndefined();
  expect(withForeignOutput('jest && mocha')).toBeUndefined();
  expect(withForeignOutput('jest-wrapper')).toBeUndefined();
  expect(withForeignOutput('vitest run')).toBeUndefined();
});
