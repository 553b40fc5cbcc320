import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createProject } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { driver } from './driver.ts';
import { install } from './installed.ts';

const parallel = `import { defineConfig } from '@playwright/test';
import { withReel } from '@reel/playwright/config';
export default withReel(defineConfig({ testDir: '.', fullyParallel: true, reporter: [['list']], workers: 2 }));
`;

/** The user's messages on a tape, in order. */
function prompts(tape: string): string[] {
  return [...tape.matchAll(/"content":"([^"]*)"\}\]/g)].map(([, text]) => text!);
}

describe('workers', () => {
  test('record the hooks of a file once, although each of them runs them', async () => {
    await using project = await createProject(driver, {
      files: { 'playwright.config.js': parallel },
      tests: {
        spread: `beforeAll(async () => { await ask('before all'); });
          afterAll(async () => { await ask('after all'); });
          describe('group', () => {
            beforeAll(async () => { await ask('before group'); });
            test('in group', async () => { await ask('in group'); await new Promise((resolve) => setTimeout(resolve, 400)); });
          });
          for (const n of [1, 2, 3]) test('test ' + n, async () => { await ask('test ' + n); await new Promise((resolve) => setTimeout(resolve, 400)); });`,
      },
    });
    for (const _again of [1, 2]) {
      const recorded = await project.run({ mode: 'record' });
      expect(recorded.code, recorded.output).toBe(0);
      expect(prompts(project.read('cassettes/spread/_setup.jsonl')).toSorted()).toEqual([
        'after all',
        'before all',
        'before group',
      ]);
    }
    await project.goOffline();
    for (const workers of [1, 2]) {
      const replayed = await project.run({ workers });
      expect(replayed.code, replayed.output).toBe(0);
      expect(replayed.output).not.toContain('missed');
    }
  });

  test('that a failed test ended are followed by others, in which the hooks of the file begin anew', async () => {
    await using project = await createProject(driver, {
      tests: {
        breaks: `beforeAll(async () => { await ask('before all'); });
          test('first', async () => { await ask('first'); });
          test('second', async () => { await ask('second'); assert.equal(process.env.BREAK, undefined); });
          test('third', async () => { await ask('third'); });`,
      },
    });
    expect((await project.run({ mode: 'record' })).code).toBe(0);
    await project.goOffline();
    const run = await project.run({ env: { BREAK: '1' } });
    expect(run.counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
    expect(run.output).not.toContain('missed');
    expect(run.output).toContain('5 replayed');
  });

  test('that repeat tests at the same time record one of the repeats, and replay all of them', async () => {
    await using project = await createProject(driver, {
      files: { 'playwright.config.js': parallel },
      tests: { again: `test('again', async () => { await ask('again'); });` },
    });
    const args = ['--repeat-each=4'];
    const recorded = await project.run({ mode: 'record', args });
    expect(recorded.code, recorded.output).toBe(0);
    expect(prompts(project.read('cassettes/again/again.jsonl'))).toEqual(['again']);
    await project.goOffline();
    const replayed = await project.run({ args });
    expect(replayed.code, replayed.output).toBe(0);
    expect(replayed.output).toContain('4 replayed');
  });

  test('that run a retry take the place of those that ran the attempt before', async () => {
    await using project = await createProject(driver, {
      tests: {
        heals: `test('heals', async () => { if (base.info().retry === 0) await ask('never recorded'); });`,
      },
    });
    const run = await project.run({ args: ['--retries=1'] });
    expect(run.code, run.output).toBe(0);
    expect(run.output).not.toContain('missed');
  });
});

describe('the set-up', () => {
  test('works with another reporter on the command line: a miss that the test expected is red all the same', async () => {
    await using project = await createProject(driver, {
      tests: {
        hides: `testFails('hides', async () => { try { await ask('new'); } catch {} throw new Error('as expected'); });`,
      },
    });
    const run = await project.run({ args: ['--reporter=line'] });
    expect(run.code, run.output).not.toBe(0);
    expect(run.output).toContain('REEL_CASSETTE_NOT_FOUND');
  });

  test('is asked for when the config knows nothing of Reel', async () => {
    await using project = await createProject(driver, {
      files: { 'playwright.config.js': `export default { testDir: '.', reporter: 'list' };` },
      tests: { asks: `test('asks', async () => { await ask('hello'); });` },
    });
    const run = await project.run();
    expect(run.code).not.toBe(0);
    expect(run.output).toContain('REEL_SETUP_MISSING');
    expect(run.output).toContain('withReel');
    expect(project.provider.calls).toBe(0);
  });

  test('is the reporter alone as well, which then names files without Reel', async () => {
    await using project = await createProject(driver, {
      layout: 'setup-missing',
      files: {
        'playwright.config.js': `export default { testDir: '.', reporter: [['list'], ['@reel/playwright/reporter']] };`,
      },
      tests: { with: `test('is fine', () => {});`, without: `test('is without', () => {});` },
    });
    const run = await project.run();
    expect(run.code, run.output).not.toBe(0);
    expect(run.output).toContain('REEL_SETUP_MISSING: tests ran without Reel: without.spec.js');
  });

  test('takes options in `use`, by project and by file, and says what is wrong with them before a test runs', async () => {
    await using project = await createProject(driver, {
      files: {
        'playwright.config.js': `import { withReel } from '@reel/playwright/config';
          export default withReel({ testDir: '.', reporter: 'list', use: { reelOptions: { dir: 'tapes' } },
            projects: [{ name: 'a', use: { reelMode: process.env.A_MODE } }] });`,
      },
      tests: {
        asks: `base.use({ reelMode: 'record' }); test('asks', async () => { await ask('hello'); });`,
      },
    });
    const run = await project.run({ hasUpstream: true });
    expect(run.code, run.output).toBe(0);
    expect(project.cassettes()).toEqual(['tapes/asks/asks.jsonl']);
    const wrong = await project.run({ env: { A_MODE: 'recrod' } });
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toContain('REEL_UNKNOWN_MODE');
    expect(wrong.output).not.toMatch(/1 (passed|failed)/);
  });
});

describe('the fixtures', () => {
  test('are a part of mergeTests and of a test of one’s own, and give access to the scope', async () => {
    await using project = await createProject(driver, {
      tests: {
        merged: `
          const other = base.extend({});
          const { mergeTests, test: plain } = await import('@playwright/test');
          const { reelFixtures } = await import('@reel/playwright');
          const merged = mergeTests(base, plain.extend({ word: async ({}, use) => { await use('merged'); } }));
          merged('merges', async ({ word, reel }) => {
            await ask(word);
            assert.equal(reel.misses.length, 0);
            assert.match(reel.location, /merges/);
          });
          const own = plain.extend(reelFixtures).extend({ greeting: async ({ reel }, use) => { await use(await ask('in a fixture')); } });
          own('extends', async ({ greeting }) => { assert.ok(greeting); });
          own('sees its misses', async ({ reel }) => {
            await ask('a miss').catch(() => {});
            assert.equal(reel.misses.length, process.env.REEL_MODE === 'record' ? 0 : 1);
          });`,
      },
    });
    const recorded = await project.run({ mode: 'record' });
    expect(recorded.code, recorded.output).toBe(0);
    project.remove('cassettes/merged/sees-its-misses.jsonl');
    const run = await project.run();
    expect(run.counts).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });
});

const nodes = join(import.meta.dirname, '../../../tools/nodes/node_modules');

describe.each(['node-22', 'node-24', 'node-26'])('on %s', (name) => {
  const node = join(nodes, name, 'bin/node');

  test('a TypeScript test in a CommonJS project records and replays', async (context) => {
    if (!existsSync(node)) return context.skip(`${name} is not installed here`);
    using installed = install();
    await using project = await createProject(
      { ...installed.driver, modules: 'cjs', fileName: (stem) => `${stem}.spec.ts`, prelude: () => '' },
      {
        files: {
          'playwright.config.js': '',
          'playwright.config.ts': `import { defineConfig } from '@playwright/test';
            import { withReel } from '@reel/playwright/config';
            export default withReel(defineConfig({ testDir: '.', reporter: 'list' }));`,
        },
        tests: {
          typed: `import { test, expect, type Page } from '@reel/playwright';
            import { ask } from './ask.js';
            test('asks', async ({ reel }) => {
              const answer: string = await ask('typed');
              expect(answer).toBeTruthy();
              expect(reel.misses).toEqual([]);
            });`,
        },
      },
    );
    project.remove('playwright.config.js');
    const [script, ...args] = installed.driver.command(project.folder, {}).argv;
    const shell = (mode: string): ReturnType<typeof project.shell> =>
      project.shell(`REEL_MODE=${mode} '${node}' '${script}' ${args.join(' ')}`);
    const recorded = await shell('record');
    expect(recorded.code, recorded.output).toBe(0);
    expect(project.cassettes()).toEqual(['cassettes/typed/asks.jsonl']);
    const { calls } = project.provider;
    const replayed = await shell('replay');
    expect(replayed.code, replayed.output).toBe(0);
    expect(replayed.output).toContain('1 replayed');
    expect(project.provider.calls).toBe(calls);
  });
});
