import { expect, test } from 'vitest';
import { withProject } from '../project.ts';

test('tests of equal names keep their order among thousands, filtered or not', async () => {
  // The count was made anew for every test, which made the run as slow as the square of their number.
  const source = `import { test } from 'vitest';
    import { ask } from './ask.js';
    for (let n = 0; n < 2000; n++) test('filler ' + n, () => {});
    for (const name of ['twin', 'only', 'twin']) test(name, async () => { await ask(name); });`;
  await withProject({ 'a.test.ts': source }, async (project) => {
    expect(await project.run('record', '-t', 'twin|only')).toMatchObject({ code: 0 });
    expect(project.cassettes()).toEqual(
      ['only', 'twin', 'twin~2'].map((name) => `cassettes/a/${name}.jsonl`),
    );
    expect(await project.run(undefined)).toMatchObject({ code: 0 });
  });
});
