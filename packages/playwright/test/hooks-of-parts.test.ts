import { createProject } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { driver } from './driver.ts';
import { install } from './installed.ts';

const parallel = `import { defineConfig } from '@playwright/test';
import { withReel } from '@reel/playwright/config';
export default withReel(defineConfig({ testDir: '.', fullyParallel: true, reporter: [['list']], workers: 2 }));
`;

describe.each([
  ['the newest Playwright', undefined],
  ['the oldest Playwright', 'playwright-test-1.55'],
])('%s', (_, name) => {
  test('has what hooks ask before and after their tests as two calls, also where a worker runs them again', async () => {
    using installed = name === undefined ? undefined : install(name);
    // While one worker is busy, the other gets both halves of the group.
    await using project = await createProject(installed?.driver ?? driver, {
      files: { 'playwright.config.js': parallel },
      tests: {
        busy: `test('busy', async () => { await new Promise((resolve) => setTimeout(resolve, 3000)); });`,
        halves: `describe('group', () => {
            beforeAll(async () => { console.log('HOOKS'); await ask('what is there?'); });
            for (const n of [1, 2, 3, 4]) test('test ' + n, async () => { await ask('test ' + n); });
            afterAll(async () => { await ask('what is there?'); });
          });`,
      },
    });
    const recorded = await project.run({ mode: 'record' });
    expect(recorded.code, recorded.output).toBe(0);
    expect(recorded.output.match(/HOOKS/g)).toHaveLength(2);
    expect(project.read('cassettes/halves/_setup.jsonl').match(/what is there\?"\}\]/g)).toHaveLength(2);

    await project.goOffline();
    const replayed = await project.run();
    expect(replayed.code, replayed.output).toBe(0);
    expect(replayed.output).toContain('8 replayed');
    expect(replayed.output).not.toMatch(/missed|unused/);

    const serial = await project.run({ files: ['halves'], args: ['--workers=1'] });
    expect(serial.code, serial.output).toBe(0);
    expect(serial.output).toContain('6 replayed');
    expect(serial.output).not.toMatch(/missed|unused/);
  });
});
