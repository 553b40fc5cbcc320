import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { createProject, type Project } from '../project.ts';
import { startTime } from '../start-time.ts';

/** Recordings that a passing test no longer asks for. */
export function unused(driver: AdapterDriver): void {
  describe('a recording that its test no longer uses', () => {
    let project: Project;

    beforeAll(async () => {
      project = await createProject(driver, {
        tests: {
          asks: `test('asks', async () => { await ask('one'); if (process.env.PHASE !== '2') await ask('two'); });`,
        },
      });
      const recorded = await project.run({ mode: 'record' });
      expect(recorded.code, recorded.output).toBe(0);
    }, startTime(1));
    afterAll(() => project[Symbol.asyncDispose]());

    test(
      'is in the summary, and the run is green',
      async () => {
        const run = await project.run({ env: { PHASE: '2' } });
        expect(run.output).toMatch(/unused +1 recording in .*asks\.jsonl/);
        expect(run.code, run.output).toBe(0);
        expect(project.receipt()).toMatchObject({
          green: true,
          partial: [],
          cassettes: { 'cassettes/asks/asks.jsonl': { used: [0], written: false, skipped: false } },
        });
      },
      startTime(1),
    );

    test(
      "fails the test with unused: 'fail'",
      async () => {
        project.write({ 'reel.config.json': '{ "unused": "fail" }' });
        const run = await project.run({ env: { PHASE: '2' } });
        expect(run.output).toContain('REEL_UNUSED_RECORDING');
        expect(run.counts).toMatchObject({ passed: 0, failed: 1 });
        expect(run.code).not.toBe(0);
      },
      startTime(1),
    );
  });
}
