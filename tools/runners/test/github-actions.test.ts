import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSharedProject, type Run, type SharedProject } from '@reel/testkit/adapter-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestDrivers } from '../src/pairs.ts';

const drivers = newestDrivers();

const tests = {
  'desk/chat': `
    test('swallows 100% of errors, always: "really" and truly', async () => { await ask('a cake'); });
    describe('orders', () => {
      test('takes an order', async () => { await ask('a pizza'); });
      test('swallows 100% of errors, always: "really"', async () => { await ask('a' + ' steak').catch(() => {}); });
    });`,
};

// The parts of a repository with several packages: the config of Reel is above the folder of each runner, and the workspace
// of GitHub is above everything.
describe.each(drivers.map(({ runner }) => runner))('%s in GitHub Actions', (runner) => {
  let project: SharedProject;
  let run: Run;
  const file = (): string => `test/${runner}/desk/chat.${runner === 'playwright' ? 'spec' : 'test'}.js`;
  const summary = (): string => readFileSync(join(project.folder, 'summary.md'), 'utf8');
  const inActions = (): Record<string, string> => ({
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: project.folder,
    GITHUB_STEP_SUMMARY: join(project.folder, 'summary.md'),
    REEL_RECEIPT: join(project.folder, 'receipt.json'),
    REEL_JUNIT: join(project.folder, 'reports/reel.xml'),
  });
  beforeAll(async () => {
    project = await createSharedProject(
      drivers.filter((driver) => driver.runner === runner),
      tests,
    );
    const part = project.parts.get(runner)!;
    const recorded = await part.run({ mode: 'record' });
    assert.equal(recorded.code, 0, recorded.output);
    // The prompt of the second test changes after it was recorded.
    const { fileName } = part.driver;
    const source = part.read(fileName('desk/chat'));
    part.write({ [fileName('desk/chat')]: source.replace("' steak'", "' salad'") });
    run = await part.run({ env: inActions() });
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test('a miss is one annotation, on the line of its test, although the application swallowed it', () => {
    const lines = project.parts
      .get(runner)!
      .read(project.parts.get(runner)!.driver.fileName('desk/chat'))
      .split('\n');
    const line = lines.findLastIndex((text) => text.includes('swallows')) + 1;
    const commands = run.output
      .split('\n')
      .filter((text) => text.startsWith('::error') && text.includes('title=Reel'));

    expect(run.code).not.toBe(0);
    expect(commands, run.output).toHaveLength(1);
    expect(commands[0]).toContain(
      `::error file=${file()},line=${line},title=Reel%3A REEL_NO_MATCH::REEL_NO_MATCH`,
    );
    expect(commands[0]).toMatch(/%0A.*\[-steak-\]\{\+salad\+\}/);
  });

  test('the summary of the step has the counts, the difference, and what was not spent', () => {
    expect(summary()).toContain(`### Reel: ${runner}\n`);
    expect(summary()).toMatch(
      /\| tests \| replayed \| recorded \| missed \| unused \|\n.*\n\| 3 \| 2 \| 0 \| 1 \| \d \|/,
    );
    expect(summary()).toMatch(/Not spent: 2 calls, .* tokens in/);
    expect(summary()).toMatch(/steak[^]*salad/);
    expect(summary().match(/### Reel/g)).toHaveLength(1);
  });

  test('the JUnit file has the tests of the run, with the miss as a failure', () => {
    const xml = readFileSync(join(project.folder, 'reports/reel.xml'), 'utf8');
    expect(xml).toContain(`<testsuite name="reel ${runner}" tests="3" failures="1"`);
    expect(xml).toMatch(
      /<testcase classname="desk\/chat\.\w+\.js" name="orders &gt; takes an order" [^>]*\/>/,
    );
    expect(xml).toContain('<failure type="REEL_NO_MATCH"');
  });

  test('the receipt says that the run was red, and whose miss it was', () => {
    const receipt = JSON.parse(readFileSync(join(project.folder, 'receipt.json'), 'utf8')) as {
      green: boolean;
      tests: { test: string; misses: { code: string }[] }[];
    };
    expect(receipt.green).toBe(false);
    expect(receipt.tests.filter(({ misses }) => misses.length > 0)).toMatchObject([
      { test: expect.stringContaining('orders > swallows') as string, misses: [{ code: 'REEL_NO_MATCH' }] },
    ]);
  });

  test('no key and no header with one is anywhere in them', () => {
    expect(run.output + summary()).not.toMatch(/sk-project-key|authorization/i);
  });
});
