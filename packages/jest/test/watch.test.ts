import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { createProject } from '@reel/testkit/adapter-conformance';
import { expect, test } from 'vitest';
import { jestDriver } from './driver.ts';

test('in watch mode each run says only what happened in it', async () => {
  const body = (prompt: string): string =>
    `test('asks', async () => { await ask('${prompt}'); }); test('asks as well', async () => { await ask('other'); });`;
  await using project = await createProject(jestDriver(), { tests: { asks: body('hello') } });
  expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
  await project.goOffline();
  const running = project.start({ watch: true, workers: 1 });
  // At once: Jest would load a file that is half written.
  const change = (prompt: string): void => {
    project.write({ draft: `${project.driver.prelude('./')}\n${body(prompt)}\n` });
    renameSync(join(project.folder, 'draft'), join(project.folder, 'asks.test.js'));
  };
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));
  try {
    await running.until(/Ran all test suites/);
    expect(running.output()).toContain('2 replayed');
    await settle();
    let at = running.output().length;
    change('good bye');
    // Jest may run once more at first, for files it had not seen yet.
    await running.until(/1 replayed · 1 missed in 2 tests[^]*Ran all test suites/, at);
    await settle();
    at = running.output().length;
    change('hello');
    await running.until(/2 replayed in 2 tests/, at);
  } finally {
    running.kill();
    await running.finished;
  }
}, 60_000);
