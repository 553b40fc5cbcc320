import { createProject, promptsOf } from '@reel/testkit/adapter-conformance';
import { expect, test } from 'vitest';
import { vitestDriver } from './driver.ts';

test("a test's fixtures, and a spied fetch, are the test's own", async () => {
  await using project = await createProject(vitestDriver(), {
    files: {
      'all.test.js': `import { test as base, expect, vi } from 'vitest';
        import { ask } from './ask.js';
        const test = base.extend({
          greeting: async ({}, use) => { await use(await ask('set up')); await ask('tear down'); },
        });
        test('with a fixture', async ({ greeting }) => { expect(greeting).toBeTruthy(); });
        test('with a spied fetch that goes on', async () => {
          const spy = vi.spyOn(globalThis, 'fetch');
          await ask('spied');
          expect(spy).toHaveBeenCalledOnce();
          spy.mockRestore();
        });`,
    },
  });
  expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
  expect(promptsOf(project.read('cassettes/all/with-a-fixture.jsonl'))).toEqual(['set up', 'tear down']);
  await project.goOffline();
  const replayed = await project.run();
  expect(replayed.output).toContain('3 replayed');
  expect(replayed.code, replayed.output).toBe(0);
});
