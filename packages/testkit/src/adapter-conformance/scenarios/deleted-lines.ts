import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { createProject, type Project } from '../project.ts';
import { startTime } from '../start-time.ts';

/** A cassette that lost something fails the tests that need what is gone, and no other. */
export function deletedLines(driver: AdapterDriver): void {
  describe('deleting from a cassette', () => {
    let project: Project;
    let whole: Readonly<Record<string, string>>;
    const cassette = 'cassettes/one/asks-twice.jsonl';

    beforeAll(async () => {
      project = await createProject(driver, {
        tests: {
          one: `
            test('asks twice', async () => { await ask('first'); await ask('second'); });
            test('asks once', async () => { await ask('first'); });
            test('shares', async () => { await useCassette('shared', () => ask('from one')); });`,
          two: `
            test('asks twice', async () => { await ask('first'); await ask('second'); });
            test('makes no call', () => {});`,
        },
      });
      const recorded = await project.run({ mode: 'record' });
      expect(recorded.code, recorded.output).toBe(0);
      whole = project.tapes();
      await project.goOffline();
    }, startTime(1));
    afterAll(() => project[Symbol.asyncDispose]());

    test(
      'one interaction fails exactly the test that needs it, with the remedy for this runner',
      async () => {
        const lines = whole[cassette]!.split('\n');
        const second = lines.findIndex((line) => line.startsWith('{"request":2'));
        project.write({ [cassette]: `${lines.slice(0, second).join('\n')}\n` });
        const run = await project.run();
        expectOnlyThat(run, project);
        expect(run.output).toContain('REEL_NO_MATCH');
        expect(run.output).toMatch(
          new RegExp(`REEL_MODE=record npx ${driver.runner}.*${escape(driver.fileName('one'))}.*asks twice`),
        );
      },
      startTime(1),
    );

    test(
      'any one line fails exactly the test that needs it, and is not touched',
      async () => {
        const lines = whole[cassette]!.split('\n');
        const end = lines.findIndex((line) => line.startsWith('{"end":1'));
        const damaged = lines.toSpliced(end, 1).join('\n');
        project.write({ [cassette]: damaged });
        const run = await project.run();
        expectOnlyThat(run, project);
        expect(run.output).toMatch(/REEL_CASSETTE_\w+/);
        expect(project.read(cassette)).toBe(damaged);
      },
      startTime(1),
    );

    test(
      'the whole file fails exactly its test',
      async () => {
        project.remove(cassette);
        const run = await project.run();
        expectOnlyThat(run, project);
        expect(run.output).toContain('REEL_CASSETTE_NOT_FOUND');
      },
      startTime(1),
    );
  });
}

function expectOnlyThat(run: { code: number; output: string; counts: object }, project: Project): void {
  expect(run.counts, run.output).toEqual({ passed: 4, failed: 1, skipped: 0 });
  expect(run.code).not.toBe(0);
  const missed = project.receipt().tests.filter(({ misses }) => misses.length > 0);
  expect(missed.map(({ cassette }) => cassette)).toEqual(['cassettes/one/asks-twice.jsonl']);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
