import { describe, expect } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { testWith } from '../needs.ts';
import { createProject } from '../project.ts';
import { startTime } from '../start-time.ts';

/** The watch mode: one process, many runs. */
export function watching(driver: AdapterDriver): void {
  describe('watch mode', () => {
    testWith(
      driver,
      'watch',
      'runs a test again when its cassette changes, and each run says only what happened in it',
      async () => {
        await using project = await createProject(driver, {
          tests: {
            asks: `test('asks', async () => { await ask('hello'); });`,
            other: `test('asks another', async () => { await ask('other'); });`,
          },
        });
        const recorded = await project.run({ mode: 'record' });
        expect(recorded.code, recorded.output).toBe(0);
        await project.goOffline();
        const cassette = 'cassettes/asks/asks.jsonl';
        const tape = project.read(cassette);
        const running = project.start({ watch: true });
        try {
          await running.until(driver.watchReady!);
          expect(running.output()).toContain('2 replayed');
          const afterFirst = running.output().length;
          project.write({ [cassette]: tape.replace('hello', 'good bye') });
          await running.until(/1 missed/, afterFirst);
          await running.until(driver.watchReady!, afterFirst);
          const afterSecond = running.output().length;
          project.write({ [cassette]: tape });
          await running.until(/1 replayed/, afterSecond);
          expect(running.output().slice(afterSecond)).not.toContain('missed');
        } finally {
          running.kill();
          await running.finished;
        }
      },
      startTime(4),
    );
  });
}
