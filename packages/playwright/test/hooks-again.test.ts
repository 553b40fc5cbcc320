import { createProject } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { driver } from './driver.ts';

const parallel = `import { defineConfig } from '@playwright/test';
import { withReel } from '@reel/playwright/config';
export default withReel(defineConfig({ testDir: '.', fullyParallel: true, reporter: [['list']], workers: 2 }));
`;

/** The user's messages on a tape, in order. */
function prompts(tape: string): string[] {
  return [...tape.matchAll(/"content":"([^"]*)"\}\]/g)].map(([, text]) => text!);
}

describe('workers', () => {
  test('that run the hooks of a file again record them once, and replay them from the beginning', async () => {
    // One worker is busy, so the other gets both halves of the group, each with the hooks of the group around it.
    await using project = await createProject(driver, {
      files: { 'playwright.config.js': parallel },
      tests: {
        busy: `test('busy', async () => { await new Promise((resolve) => setTimeout(resolve, 3000)); });`,
        halves: `describe('group', () => {
            beforeAll(async () => { console.log('HOOKS'); await ask('before group'); });
            for (const n of [1, 2, 3, 4]) test('test ' + n, async () => { await ask('test ' + n); });
          });`,
      },
    });
    const recorded = await project.run({ mode: 'record' });
    expect(recorded.code, recorded.output).toBe(0);
    expect(recorded.output.match(/HOOKS/g)).toHaveLength(2);
    expect(prompts(project.read('cassettes/halves/_setup.jsonl'))).toEqual(['before group']);
    await project.goOffline();
    const replayed = await project.run();
    expect(replayed.code, replayed.output).toBe(0);
    expect(replayed.output.match(/HOOKS/g)).toHaveLength(2);
    expect(replayed.output).not.toContain('missed');
  });
});
