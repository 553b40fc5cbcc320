import { createProject, promptsOf } from '@reel/testkit/adapter-conformance';
import { expect, test } from 'vitest';

import { vitestDriver } from './driver.ts';

const body = (name: string): string => `
  beforeAll(async () => { await ask('hook of ${name}'); });
  for (const n of [1, 2, 3, 4]) testConcurrent('parallel ' + n, async () => {
    for (const step of ['a', 'b']) assert.ok(await ask('${name} ' + n + step));
  });
  test('after them', async () => { await ask('after ${name}'); });`;

test.each(['forks', 'threads', 'vmForks', 'vmThreads'])(
  'several files and concurrent tests are kept apart in the pool %s, with and without isolation',
  async (pool) => {
    await using project = await createProject(vitestDriver(), {
      tests: { one: body('one'), two: body('two') },
    });
    const recorded = await project.run({ mode: 'record', args: [`--pool=${pool}`] });
    expect(recorded.output).toContain('20 recorded');
    expect(recorded.code, recorded.output).toBe(0);
    expect(project.cassettes()).toHaveLength(12);
    for (const name of ['one', 'two']) {
      expect(promptsOf(project.read(`cassettes/${name}/_setup.jsonl`))).toEqual([`hook of ${name}`]);
      const tape = project.read(`cassettes/${name}/parallel-3.jsonl`);
      expect(promptsOf(tape)).toEqual([`${name} 3a`, `${name} 3b`]);
    }
    await project.goOffline();
    for (const args of [[], ['--no-isolate']]) {
      const replayed = await project.run({
        workers: args.length === 0 ? 2 : 1,
        args: [`--pool=${pool}`, ...args],
      });
      expect(replayed.output).toContain('20 replayed');
      expect(replayed.code, replayed.output).toBe(0);
    }
  },
);
