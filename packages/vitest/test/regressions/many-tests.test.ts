import { createProject } from '@reel/testkit/adapter-conformance';
import { expect, test } from 'vitest';
import { vitestDriver } from '../driver.ts';

test('tests of equal names keep their order among thousands, filtered or not', async () => {
  // The count was made anew for every test, which made the run as slow as the square of their number.
  await using project = await createProject(vitestDriver(), {
    tests: {
      a: `for (let n = 0; n < 2000; n++) test('filler ' + n, () => {});
        for (const name of ['twin', 'only', 'twin']) test(name, async () => { await ask(name); });`,
    },
  });
  expect(await project.run({ mode: 'record', name: 'twin|only' })).toMatchObject({ code: 0 });
  expect(project.cassettes()).toEqual(['only', 'twin', 'twin~2'].map((name) => `cassettes/a/${name}.jsonl`));
  expect(await project.run()).toMatchObject({ code: 0 });
});
