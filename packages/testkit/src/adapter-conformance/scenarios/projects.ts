import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { testWith } from '../needs.ts';
import { createProject, type Project } from '../project.ts';
import { startTime } from '../start-time.ts';

/** A runner that runs its tests in several configurations at once. */
export function projects(driver: AdapterDriver): void {
  describe('two projects over the same tests', () => {
    let project: Project;
    beforeAll(async () => {
      project = await createProject(driver, {
        layout: 'two-projects',
        tests: { chat: `test('asks', async () => { assert.ok(await ask('hello')); });` },
      });
    });
    afterAll(() => project[Symbol.asyncDispose]());

    testWith(
      driver,
      'projects',
      'may not record the same test in one run',
      async () => {
        const run = await project.run({ mode: 'record' });
        expect(run.output).toContain('REEL_CASSETTE_TAKEN');
        expect(run.output).toMatch(/"(one|two)" was first, "(one|two)" is too late/);
        expect(run.code).not.toBe(0);
        expect(project.provider.calls).toBe(1);
      },
      startTime(1),
    );

    testWith(
      driver,
      'projects',
      'replay what one of them recorded',
      async () => {
        project.remove('cassettes');
        const recorded = await project.run({ mode: 'record', project: 'two' });
        expect(recorded.code, recorded.output).toBe(0);
        await project.goOffline();
        const replayed = await project.run();
        expect(replayed.code, replayed.output).toBe(0);
        expect(replayed.output).toContain('2 replayed');
        expect(project.cassettes()).toEqual(['cassettes/chat/asks.jsonl']);
      },
      startTime(2),
    );
  });

  describe('a project without the setup', () => {
    testWith(
      driver,
      'setup-missing',
      'is told of, and the run is red',
      async () => {
        const body = `test('asks', async () => { try { await ask('hello'); } catch {} });`;
        await using project = await createProject(driver, {
          layout: 'setup-missing',
          tests: { with: `test('is fine', () => {});`, without: body },
        });
        const run = await project.run();
        expect(run.output).toContain('REEL_SETUP_MISSING');
        expect(run.output).toContain('without');
        expect(run.code, run.output).not.toBe(0);
      },
      startTime(1),
    );
  });
}
