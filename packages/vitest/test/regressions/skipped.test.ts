import { expect, test } from 'vitest';
import { withProject } from '../project.ts';

test('a test that asks and then skips itself is recorded, and skips itself in replay', async () => {
  const source = `import { test } from 'vitest';
    import { ask } from './ask.js';
    test('depends', async ({ skip }) => { await ask('may I?'); skip(); });`;
  await withProject({ 'a.test.ts': source }, async (project) => {
    expect(await project.run('record')).toMatchObject({ code: 0 });
    const replayed = await project.run(undefined);
    expect(replayed.output).toContain('1 skipped');
    expect(replayed.output).toContain('1 replayed');
    expect(replayed.code).toBe(0);
  });
});
