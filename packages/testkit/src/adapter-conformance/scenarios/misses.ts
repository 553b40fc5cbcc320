import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { has, testWith } from '../needs.ts';
import { createProject, type Project, type Run } from '../project.ts';
import { startTime } from '../start-time.ts';

/** What is not on tape is red, whatever the application and the test do about it. */
export function misses(driver: AdapterDriver): void {
  describe('a miss', () => {
    let project: Project;
    let missed: Run;
    let callsBefore: number;

    beforeAll(async () => {
      project = await createProject(driver, { tests: testsOf(driver) });
      const recorded = await project.run({ mode: 'record', files: ['known'] });
      expect(recorded.code, recorded.output).toBe(0);
      callsBefore = project.provider.calls;
      missed = await project.run({
        files: ['known', 'swallows', 'tricky'],
        env: { PHASE: '2', ...reachable(project) },
      });
    }, startTime(2));
    afterAll(() => project[Symbol.asyncDispose]());

    test('fails its test with what differs and where, sends nothing, and leaves others alone', () => {
      expect(missed.code).not.toBe(0);
      expect(missed.output).toContain('REEL_NO_MATCH');
      expect(missed.output).toMatch(/summarize[^]*translate/);
      expect(missed.output).toContain('4 missed');
      expect(missed.counts).toEqual({ passed: 1, failed: 4, skipped: 0 });
      expect(project.provider.calls).toBe(callsBefore);
      expect(project.receipt()).toMatchObject({ green: false });
    });

    test('that the client threw as an error is told once, with where it happened and what helps', () => {
      expect(missed.output.match(/REEL_NO_MATCH: no recording matches/g)).toHaveLength(1);
      expect(missed.output).toMatch(/where: known\S* > changes[^]*fix: .*changes/);
    });

    test('that the application swallowed fails its test', () => {
      const { tests } = project.receipt();
      expect(tests.filter(({ misses }) => misses.length > 0).map(({ test }) => test)).toContainEqual(
        expect.stringContaining('swallows'),
      );
      expect(missed.output).toMatch(/REEL_CASSETTE_NOT_FOUND/);
    });

    test(
      'is repaired by the command it prints, for that test and no other',
      async () => {
        const commands = [...missed.output.matchAll(/to record it: ([^\n]*)/g)].map(([, line]) =>
          line!.trim(),
        );
        const wanted = commands.find((line) => line.includes('five'))!;
        const before = project.cassettes();
        const done = await project.shell(wanted);
        expect(done.code, done.output).toBe(0);
        expect(done.output).toContain('1 recorded');
        const added = project.cassettes().filter((path) => !before.includes(path));
        expect(added).toHaveLength(1);
        expect(project.read(added[0]!)).toContain('five dollars');
        const again = await project.run({ files: ['tricky'] });
        expect(again.counts).toMatchObject({ passed: 1, failed: 1 });
      },
      startTime(3),
    );
  });

  describe('a run is red', () => {
    let project: Project;
    beforeAll(async () => {
      project = await createProject(driver, { tests: testsOf(driver) });
    });
    afterAll(() => project[Symbol.asyncDispose]());

    testWith(driver, 'expected-failure', 'when a test that has to fail misses', async () => {
      const run = await project.run({ files: ['hides'] });
      const { missInExpectedFailure: outcome } = driver;
      if (outcome === undefined) throw new Error('the driver does not say what such a test counts as');
      expect(run.counts, run.output).toEqual({ passed: 0, failed: 0, skipped: 0, [outcome]: 1 });
      expect(run.output).toContain('1 missed');
      expect(run.code, run.output).not.toBe(0);
    });

    test('when a hook of a file misses', async () => {
      const run = await project.run({ files: ['hooked'] });
      expect(run.output).toContain('REEL_CASSETTE_NOT_FOUND');
      expect(run.code, run.output).not.toBe(0);
    });

    test('when a request comes after its test had ended', async () => {
      const run = await project.run({ files: ['late'], mode: 'record' });
      expect(run.output).toContain('REEL_SCOPE_CLOSED');
      expect(run.output).toContain('forgets to await');
      expect(run.output.match(/fix: +await the call in the test/g), run.output).toHaveLength(1);
      expect(run.code, run.output).not.toBe(0);
      expect(project.provider.calls).toBe(0);
    });

    testWith(driver, 'import-time-requests', 'when a request comes while a file is imported', async () => {
      const run = await project.run({ files: ['top'] });
      expect(run.output).toMatch(/REEL_OUTSIDE_TEST|REEL_CASSETTE_NOT_FOUND/);
      expect(run.code, run.output).not.toBe(0);
    });
  });
}

/** In replay with a key and a gateway at hand: nothing may use them. */
function reachable(project: Project): Record<string, string> {
  return {
    OPENAI_API_KEY: 'sk-project-key',
    REEL_UPSTREAMS: Object.entries(project.provider.upstreams)
      .map((pair) => pair.join('='))
      .join(','),
  };
}

function testsOf(driver: AdapterDriver): Record<string, string> {
  const swallow = `try { await ask('never recorded'); } catch {}`;
  return {
    known: `
      test('changes', async () => { await ask('please ' + (process.env.PHASE === '2' ? 'translate' : 'summarize') + ' the article'); });
      test('stays', async () => { await ask('hello'); });`,
    swallows: `test('swallows', async () => { ${swallow} });`,
    tricky: `
      describe('prices', () => { test("costs (a) $5? [yes] it's \\"five\\" | 100%", async () => { await ask('five dollars'); }); });
      test('costs', async () => { await ask('other'); });`,
    hooked: `
      describe('group', () => {
        beforeAll(async () => { ${swallow} });
        test('is fine', () => {});
      });`,
    late: `
      let late;
      test('forgets to await', () => { late = new Promise((resolve) => setTimeout(resolve, 30)).then(() => ask('late')).catch(() => {}); });
      test('goes on', async () => { await late; });`,
    ...(has(driver, 'expected-failure') && {
      hides: `testFails('hides', async () => { ${swallow} throw new Error('as expected'); });`,
    }),
    ...(has(driver, 'import-time-requests') && {
      top: `
        const early = ask('top of the file').catch(() => {});
        test('waits', async () => { await early; });`,
    }),
  };
}
