import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { createProject, type Project } from '../project.ts';
import { startTime } from '../start-time.ts';

/** Mistakes of users get one clear sentence, before anything is sent. */
export function badUse(driver: AdapterDriver): void {
  describe('bad use', () => {
    let project: Project;
    beforeAll(async () => {
      project = await createProject(driver, {
        tests: { asks: `test('asks', async () => { await ask('hello'); });` },
      });
    });
    afterAll(() => project[Symbol.asyncDispose]());

    test.each([
      ['a mode that does not exist', { REEL_MODE: 'recrod' }, '{}', 'REEL_UNKNOWN_MODE'],
      ['a misspelled option', {}, '{ "upstream": {} }', 'did you mean upstreams?'],
      ['a config that cannot be read', {}, '{', 'REEL_CONFIG_UNREADABLE'],
    ])(
      '%s makes the run red and lets no test pass',
      async (_title, env, config, message) => {
        project.write({ 'reel.config.json': config });
        const run = await project.run({ env });
        expect(run.code).not.toBe(0);
        expect(run.output).toContain(message);
        expect(run.output).not.toMatch(/\b1 pass/);
      },
      startTime(1),
    );
  });
}
