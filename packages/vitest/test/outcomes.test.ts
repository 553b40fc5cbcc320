import { describe, expect, test } from 'vitest';
import { withProject } from './project.ts';

const header = `import { expect, test, beforeAll } from 'vitest';\nimport { ask } from './ask.js';\n`;

describe('a miss', () => {
  test('fails the test with what differs and the command that records it, and sends nothing', async () => {
    await withProject(
      {
        'a.test.ts': `${header} test('asks "it"', async () => { await ask('please summarize the article'); });`,
      },
      async (project) => {
        await project.run('record');
        const { calls } = project.provider;
        project.write({
          'a.test.ts': `${header} test('asks "it"', async () => { await ask('please translate the article'); });`,
        });
        const missed = await project.run(undefined);
        expect(missed.code).toBe(1);
        expect(missed.output).toContain('REEL_NO_MATCH');
        expect(missed.output).toMatch(/summarize[^]*translate/);
        expect(missed.output).toMatch(/REEL_MODE=record npx vitest run a\.test\.ts -t /);
        expect(missed.output).toMatch(/1 missed/);
        expect(project.provider.calls).toBe(calls);
      },
    );
  });

  test('that the application swallowed fails the test, and test.fails does not hide it from the run', async () => {
    const swallow = `try { await ask('never recorded'); } catch {}`;
    await withProject(
      {
        'a.test.ts': `${header} test('swallows', async () => { ${swallow} });`,
        'b.test.ts': `${header} test.fails('hides', async () => { ${swallow} });`,
      },
      async (project) => {
        const swallowed = await project.run(undefined, 'a.test.ts');
        expect(swallowed.code).toBe(1);
        expect(swallowed.output).toContain('REEL_CASSETTE_NOT_FOUND');
        const hidden = await project.run(undefined, 'b.test.ts');
        expect(hidden.output).toContain('1 passed');
        expect(hidden.output).toContain('1 missed');
        expect(hidden.code).toBe(1);
      },
    );
  });

  test('by a request after its test had ended fails the file', async () => {
    await withProject(
      {
        'a.test.ts': `${header} let late;
          test('forgets to await', () => { late = new Promise((resolve) => setTimeout(resolve, 30)).then(() => ask('late')).catch(() => {}); });
          test('goes on', async () => { await late; });`,
      },
      async (project) => {
        const run = await project.run('record');
        expect(run.output).toContain('REEL_SCOPE_CLOSED');
        expect(run.output).toContain('forgets to await');
        expect(run.code).toBe(1);
        expect(project.provider.calls).toBe(0);
      },
    );
  });

  test('in a hook of the file fails the file', async () => {
    await withProject(
      {
        'a.test.ts': `${header} beforeAll(async () => { try { await ask('hook'); } catch {} }); test('is fine', () => {});`,
      },
      async (project) => {
        const run = await project.run(undefined);
        expect(run.code).toBe(1);
        expect(run.output).toContain('REEL_CASSETTE_NOT_FOUND');
      },
    );
  });

  test('the recommended command records exactly that test', async () => {
    await withProject(
      {
        'a.test.ts': `${header} test('costs (a) $5? [yes]', async () => { await ask('five'); });\ntest('costs', async () => { await ask('other'); });`,
      },
      async (project) => {
        const missed = await project.run(undefined);
        const pattern = /-t '([^\n]*)'\n/.exec(missed.output)![1]!;
        const recorded = await project.run('record', '-t', pattern);
        expect(recorded.output).toContain('1 recorded');
        expect(project.read(project.cassettes()[0]!)).toContain('five');
      },
    );
  });
});

describe('saving', () => {
  test('waits for the outcome: a failed test keeps its old cassette, and a retried one the passing attempt', async () => {
    const flaky = `let attempt = 0;
      test('flaky', { retry: 2 }, async () => { attempt++; await ask('attempt ' + attempt); expect(attempt).toBe(3); });`;
    await withProject(
      {
        'fails.test.ts': `${header} test('fails', async () => { await ask('old'); });`,
        'flaky.test.ts': `${header} ${flaky}`,
        'repeats.test.ts': `${header} test('repeats', { repeats: 2 }, async () => { await ask('again'); });`,
      },
      async (project) => {
        expect(await project.run('record')).toMatchObject({ code: 0 });
        expect(project.read('cassettes/flaky/flaky.jsonl')).toContain('attempt 3');
        expect(project.read('cassettes/flaky/flaky.jsonl')).not.toMatch(/attempt [12]/);
        expect(project.read('cassettes/repeats/repeats.jsonl').match(/"request":/g)).toHaveLength(1);
        const before = project.read('cassettes/fails/fails.jsonl');
        project.write({
          'fails.test.ts': `${header} test('fails', async () => { await ask('new'); expect(1).toBe(2); });`,
        });
        const failed = await project.run('record', 'fails.test.ts');
        expect(failed.code).toBe(1);
        expect(project.read('cassettes/fails/fails.jsonl')).toBe(before);
        const repeated = await project.run(undefined, 'repeats.test.ts');
        expect(repeated.code).toBe(0);
      },
    );
  });

  test('is what -u asks for, and not in CI', async () => {
    await withProject(
      { 'a.test.ts': `${header} test('asks', async () => { await ask('hello'); });` },
      async (project) => {
        const refused = await project.runWith({ CI: '1', REEL_MODE: 'record' });
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain('REEL_RECORDING_IN_CI');
        expect(project.cassettes()).toEqual([]);
        const updated = await project.run(undefined, '-u');
        expect(updated.code).toBe(0);
        expect(project.cassettes()).toEqual(['cassettes/a/asks.jsonl']);
        expect(await project.runWith({ CI: '1' })).toMatchObject({ code: 0 });
      },
    );
  });

  test('leaves recordings that a test no longer uses visible in the summary', async () => {
    await withProject(
      { 'a.test.ts': `${header} test('asks', async () => { await ask('one'); await ask('two'); });` },
      async (project) => {
        await project.run('record');
        project.write({ 'a.test.ts': `${header} test('asks', async () => { await ask('one'); });` });
        const run = await project.run(undefined);
        expect(run.output).toMatch(/unused +1 recording in .*asks\.jsonl/);
        expect(run.code).toBe(0);
        project.write({ 'reel.config.ts': `export default { unused: 'fail' }` });
        const strict = await project.run(undefined);
        expect(strict.output).toContain('REEL_UNUSED_RECORDING');
        expect(strict.code).toBe(1);
        project.write({ 'reel.config.ts': `export default { unused: 'ignore' }` });
        expect((await project.run(undefined)).output).not.toContain('unused');
      },
    );
  });
});

describe('bad use', () => {
  test.each([
    ['a mode that does not exist', { REEL_MODE: 'recrod' }, {}, 'REEL_UNKNOWN_MODE'],
    [
      'a misspelled option',
      {},
      { 'reel.config.ts': `export default { upstream: {} }` },
      'did you mean upstreams?',
    ],
    ['a config that cannot be read', {}, { 'reel.config.ts': `export default {` }, 'REEL_CONFIG_UNREADABLE'],
    [
      'a function in the plugin options',
      {},
      {
        'vitest.config.ts': `import { reel } from '@reel/vitest'; export default { plugins: [reel({ match: { custom: [() => true] } })] }`,
      },
      'REEL_INVALID_OPTION',
    ],
  ])('%s ends the run before a test, with the remedy', async (_title, environment, files, message) => {
    await withProject(
      { 'a.test.ts': `${header} test('asks', () => {});`, ...(files as Record<string, string>) },
      async (project) => {
        const run = await project.runWith(environment as Record<string, string>);
        expect(run.code).not.toBe(0);
        expect(run.output).toContain(message);
        expect(run.output).not.toContain('1 passed');
      },
    );
  });

  test('a damaged cassette is red, not absent, and not touched', async () => {
    await withProject(
      { 'a.test.ts': `${header} test('asks', async () => { await ask('hello'); });` },
      async (project) => {
        await project.run('record');
        const damaged = `${project.read('cassettes/a/asks.jsonl')}<<<<<<< HEAD\n`;
        project.write({ 'cassettes/a/asks.jsonl': damaged });
        for (const mode of ['replay', 'once', 'record-if-missing']) {
          const run = await project.run(mode);
          expect(run.code).toBe(1);
          expect(run.output).toContain('REEL_CASSETTE_CONFLICT');
        }
        expect(project.read('cassettes/a/asks.jsonl')).toBe(damaged);
      },
    );
  });
});
