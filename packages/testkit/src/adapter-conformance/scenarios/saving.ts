import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { has, testWith } from '../needs.ts';
import { createProject, type Project } from '../project.ts';
import { promptsOf } from '../prompts.ts';
import { startTime } from '../start-time.ts';

/** When a recording is kept, and when the one before it is. */
export function saving(driver: AdapterDriver): void {
  describe('saving', () => {
    let project: Project;
    let first: Readonly<Record<string, string>>;

    beforeAll(async () => {
      project = await createProject(driver, { tests: testsOf(driver) });
      const recorded = await project.run({ mode: 'record' });
      expect(recorded.code, recorded.output).toBe(0);
      first = project.tapes();
    }, startTime(1));
    afterAll(() => project[Symbol.asyncDispose]());

    testWith(driver, 'retries', 'keeps of several attempts the one that passed', () => {
      expect(promptsOf(first['cassettes/attempts/flaky.jsonl']!)).toEqual(['attempt 3']);
    });

    testWith(
      driver,
      'self-skip',
      'records a test that asks and then skips itself, and replays it',
      async () => {
        expect(promptsOf(first['cassettes/depends/depends.jsonl']!)).toEqual(['may I?']);
        const run = await project.run({ files: ['depends'] });
        expect(run.code, run.output).toBe(0);
        expect(run.counts).toEqual({ passed: 0, failed: 0, skipped: 1 });
        expect(run.output).toContain('1 replayed');
      },
    );

    test(
      'leaves the cassette of a failing test as it was, and writes those of passing ones',
      async () => {
        const run = await project.run({ mode: 'record', files: ['fails'], env: { PHASE: '2' } });
        expect(run.code).not.toBe(0);
        expect(run.counts).toMatchObject({ passed: 1, failed: 1 });
        expect(project.read('cassettes/fails/fails.jsonl')).toBe(first['cassettes/fails/fails.jsonl']);
        expect(promptsOf(project.read('cassettes/fails/passes.jsonl'))).toEqual(['phase 2']);
        expect(project.receipt()).toMatchObject({ green: false });
      },
      startTime(1),
    );

    test(
      'leaves every cassette as it was when the runner is killed in the middle',
      async () => {
        const before = project.tapes();
        const calls = project.provider.calls;
        project.provider.script({ delayMs: 30_000 });
        const running = project.start({ mode: 'record', files: ['fails'], env: { PHASE: '3' } });
        while (project.provider.calls === calls) await new Promise((resolve) => setTimeout(resolve, 20));
        running.kill();
        await running.finished;
        expect(project.tapes()).toEqual(before);
        const replayed = await project.run({ files: ['fails'], name: 'passes', env: { PHASE: '2' } });
        expect(replayed.code, replayed.output).toBe(0);
        expect(replayed.output).toContain('1 replayed');
      },
      startTime(2),
    );

    test(
      'does not happen in live mode, which reads no cassette either',
      async () => {
        const before = project.tapes();
        const calls = project.provider.calls;
        const run = await project.run({ mode: 'live', files: ['fails'] });
        expect(run.code, run.output).toBe(0);
        expect(project.provider.calls).toBe(calls + 2);
        expect(project.tapes()).toEqual(before);
      },
      startTime(1),
    );

    test(
      'is refused in CI before a test runs',
      async () => {
        const before = project.tapes();
        const calls = project.provider.calls;
        const run = await project.run({ mode: 'record', files: ['fails'], env: { CI: '1' } });
        expect(run.code).not.toBe(0);
        expect(run.output).toContain('REEL_RECORDING_IN_CI');
        expect(project.provider.calls).toBe(calls);
        expect(project.tapes()).toEqual(before);
      },
      startTime(1),
    );

    testWith(
      driver,
      'update-snapshots',
      'is what the flag for new snapshots asks for',
      async () => {
        project.remove('cassettes/fails');
        const run = await project.run({ updateSnapshots: true, files: ['fails'] });
        expect(run.code, run.output).toBe(0);
        expect(promptsOf(project.read('cassettes/fails/passes.jsonl'))).toEqual(['phase 1']);
        expect(run.output).toContain('2 recorded');
      },
      startTime(1),
    );
  });
}

function testsOf(driver: AdapterDriver): Record<string, string> {
  return {
    fails: `
      const phase = process.env.PHASE ?? '1';
      test('fails', async () => { await ask('phase ' + phase); assert.equal(phase, '1'); });
      test('passes', async () => { await ask('phase ' + phase); });`,
    ...(has(driver, 'retries') && {
      attempts: `testRetried(2, 'flaky', async (attempt) => { await ask('attempt ' + attempt); assert.equal(attempt, 3); });`,
    }),
    ...(has(driver, 'self-skip') && {
      depends: `testSkippable('depends', async (skip) => { await ask('may I?'); skip(); });`,
    }),
  };
}
