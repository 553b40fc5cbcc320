import { createProject } from '@reel/testkit/adapter-conformance';
import { expect, test } from 'vitest';
import { vitestDriver } from './driver.ts';

const ready = vitestDriver().watchReady!;
const asks = `test('asks', async () => { await ask('hello'); });`;

test('watch mode finds the test of a cassette that lies in one folder for all', async () => {
  await using project = await createProject(vitestDriver(), {
    tests: { 'test/unit/chat': asks, 'lib/other': asks },
    files: { 'reel.config.json': '{ "dir": "tapes", "testDirs": ["test/unit"] }' },
  });
  expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
  await project.goOffline();
  const running = project.start({ watch: true });
  try {
    for (const [cassette, file] of [
      ['tapes/chat/asks.jsonl', 'test/unit/chat.test.js'],
      ['tapes/lib/other/asks.jsonl', 'lib/other.test.js'],
    ] as const) {
      await running.until(ready);
      const before = running.output().length;
      project.write({ [cassette]: project.read(cassette).replace('hello', 'good bye') });
      await running.until(/1 missed/, before);
      await running.until(ready, before);
      expect(running.output().slice(before)).toContain(`missed     ${file}`);
    }
  } finally {
    running.kill();
    await running.finished;
  }
});

test('watch mode does not answer its own recordings with another run', async () => {
  await using project = await createProject(vitestDriver(), { tests: { asks } });
  const running = project.start({ watch: true, mode: 'record' });
  try {
    await running.until(ready);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(project.provider.calls).toBe(1);
    expect(running.output()).not.toContain('RERUN');
  } finally {
    running.kill();
    await running.finished;
  }
});
