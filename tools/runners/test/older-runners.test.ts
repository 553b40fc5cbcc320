import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createProject } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { vitestDriver } from '../../../packages/vitest/test/driver.ts';

const require = createRequire(import.meta.url);

describe('a runner that is too old', () => {
  test('is refused by its version before a test runs (Vitest 4.0)', async () => {
    await using project = await createProject(
      vitestDriver(dirname(require.resolve('vitest-4.0/package.json'))),
      {
        tests: { asks: `test('asks', async () => { await ask('hello'); });` },
      },
    );
    const run = await project.run();
    expect(run.output).toContain('REEL_RUNNER_UNSUPPORTED');
    expect(run.output).toContain('this is Vitest 4.0.18');
    expect(run.output).not.toMatch(/1 passed/);
    expect(run.code).not.toBe(0);
    expect(project.provider.calls).toBe(0);
  });
});
