import { createProject } from '@reel/testkit/adapter-conformance';
import { describe, expect, test } from 'vitest';
import { vitestDriver } from './driver.ts';

const asks = { asks: `test('asks', async () => { await ask('hello'); });` };

describe('the set-up', () => {
  test('refuses a function in the options before a test runs, and says where it belongs', async () => {
    await using project = await createProject(vitestDriver(), {
      tests: asks,
      files: {
        'vitest.config.js': `import { reel } from '@reel/vitest'; export default { plugins: [reel({ match: { custom: [() => true] } })] }`,
      },
    });
    const run = await project.run();
    expect(run.output).toMatch(/REEL_INVALID_OPTION[^]*reel\.config\.ts/);
    expect(run.output).not.toContain('1 passed');
    expect(run.code).not.toBe(0);
  });

  test('may be listed by hand, without the plugin', async () => {
    await using project = await createProject(vitestDriver(), {
      tests: asks,
      files: { 'vitest.config.js': `export default { test: { setupFiles: ['@reel/vitest/setup'] } }` },
    });
    expect(await project.run({ mode: 'record' })).toMatchObject({ code: 0 });
    await project.goOffline();
    expect(await project.run()).toMatchObject({ code: 0 });
    project.remove('cassettes');
    const missed = await project.run();
    expect(missed.output).toContain('REEL_CASSETTE_NOT_FOUND');
    expect(missed.output).toContain("npx vitest run asks.test.js -t '^asks$'");
    expect(missed.code).not.toBe(0);
  });

  test('by hand in one project and by the plugin in another is complete', async () => {
    await using project = await createProject(vitestDriver(), {
      tests: { one: asks.asks, two: asks.asks },
      files: {
        'vitest.config.js': `import { reel } from '@reel/vitest';
          export default { test: { projects: [
            { plugins: [reel()], test: { name: 'one', include: ['one.test.js'] } },
            { test: { name: 'two', include: ['two.test.js'], setupFiles: ['@reel/vitest/setup'] } },
          ] } };`,
      },
    });
    const recorded = await project.run({ mode: 'record' });
    expect(recorded.code, recorded.output).toBe(0);
    expect(recorded.output).toContain('2 recorded');
  });

  test('of a project that is meant to be live is a mode, not a silence', async () => {
    await using project = await createProject(vitestDriver(), {
      tests: { one: asks.asks, two: asks.asks },
      files: {
        'vitest.config.js': `import { reel } from '@reel/vitest';
          export default { test: { projects: [
            { plugins: [reel()], test: { name: 'one', include: ['one.test.js'] } },
            { plugins: [reel({ mode: 'live' })], test: { name: 'two', include: ['two.test.js'] } },
          ] } };`,
      },
    });
    expect(await project.run({ mode: 'record', project: 'one' })).toMatchObject({ code: 0 });
    const calls = project.provider.calls;
    const run = await project.run({ hasUpstream: true });
    expect(run.code, run.output).toBe(0);
    expect(run.output).toContain('1 replayed');
    expect(project.provider.calls).toBe(calls + 1);
  });

  test('repairs a miss in a project with a command for that project', async () => {
    await using project = await createProject(vitestDriver(), { layout: 'two-projects', tests: asks });
    const missed = await project.run();
    expect(missed.output).toContain("REEL_MODE=record npx vitest run asks.test.js --project two -t '^asks$'");
  });

  test('counts a run as a part when a project is chosen or it stopped early, and protects what .only left out', async () => {
    await using project = await createProject(vitestDriver(), {
      layout: 'two-projects',
      tests: {
        asks: `
          test('asks', async () => { await ask('hello'); });
          (process.env.ONLY ? test.only : test)('only', () => {});
          test('fails at times', () => { if (process.env.FAIL) throw new Error('no'); });`,
      },
    });
    await project.run({ mode: 'record', project: 'one' });
    expect(project.receipt()).toMatchObject({ green: true, partial: ['project filter'] });
    await project.run();
    expect(project.receipt()).toMatchObject({ green: true, partial: [] });
    await project.run({ env: { ONLY: '1' } });
    expect(project.receipt().cassettes['cassettes/asks/asks.jsonl']).toMatchObject({ skipped: true });
    await project.run({ bail: true, env: { FAIL: '1' } });
    expect(project.receipt()).toMatchObject({ green: false, partial: ['stopped early'] });
  });
});
