import { describe, expect, test } from 'vitest';
import { withProject } from './project.ts';

const header = `import { describe, expect, test, beforeAll, beforeEach, afterEach } from 'vitest';\nimport { ask } from './ask.js';\n`;

describe('a cassette per test', () => {
  test('is named by file, describe path and title, and replays without provider and key', async () => {
    await withProject(
      {
        'chat.test.ts': `${header}
          test('answers', async () => { expect(await ask('hello there')).toBeTruthy(); });
          describe('outer', () => { describe('inner', () => {
            test.each(['one', 'two'])('says %s', async (word) => { expect(await ask('say ' + word)).toBeTruthy(); });
          }); });
          test('twin', async () => { await ask('first twin'); });
          test('twin', async () => { await ask('second twin'); });
          test('makes no call', () => {});`,
      },
      async (project) => {
        const recorded = await project.run('record');
        expect(recorded.output).toContain('5 recorded');
        expect(recorded.code).toBe(0);
        const names = project.cassettes();
        expect(names).toHaveLength(5);
        expect(names).toContain('cassettes/chat/answers.jsonl');
        expect(names.filter((name) => name.includes('twin'))).toEqual([
          'cassettes/chat/twin.jsonl',
          'cassettes/chat/twin~2.jsonl',
        ]);
        expect(names.filter((name) => name.includes('inner'))).toHaveLength(2);

        await project.provider.close();
        const replayed = await project.run(undefined);
        expect(replayed.code).toBe(0);
        expect(replayed.output).toMatch(/5 replayed/);
        expect(replayed.output).toMatch(/not spent +5 calls, [\d,]+ tokens in, [\d,]+ out, about \$/);

        const filtered = await project.run(undefined, '-t', 'twin');
        expect(filtered.code).toBe(0);
        expect(filtered.output).toMatch(/2 replayed/);
      },
    );
  });

  test.each(['forks', 'threads', 'vmForks', 'vmThreads'])(
    'works in the pool %s, over several files and concurrent tests',
    async (pool) => {
      const file = (name: string): string => `${header}
      beforeAll(async () => { await ask('hook of ${name}'); });
      for (const n of [1, 2, 3, 4]) test.concurrent('parallel ' + n, async () => {
        for (const step of ['a', 'b']) expect(await ask('${name} ' + n + step)).toBeTruthy();
      });
      test('after them', async () => { await ask('after ${name}'); });`;
      await withProject({ 'one.test.ts': file('one'), 'two.test.ts': file('two') }, async (project) => {
        const recorded = await project.run('record', `--pool=${pool}`);
        expect(recorded.output).toContain('20 recorded');
        expect(recorded.code).toBe(0);
        expect(project.cassettes()).toHaveLength(12);
        for (const name of ['one', 'two']) {
          expect(project.read(`cassettes/${name}/_setup.jsonl`)).toContain(`hook of ${name}`);
          const tape = project.read(`cassettes/${name}/parallel-3.jsonl`);
          expect(tape.match(new RegExp(`${name} 3[ab]`, 'g'))?.length).toBeGreaterThanOrEqual(2);
          expect(tape).not.toMatch(new RegExp(`${name} [124]`));
        }
        await project.provider.close();
        const replayed = await project.run(undefined, `--pool=${pool}`);
        expect(replayed.output).toContain('20 replayed');
        expect(replayed.code).toBe(0);
        const together = await project.run(undefined, `--pool=${pool}`, '--no-isolate', '--maxWorkers=1');
        expect(together.output).toContain('20 replayed');
        expect(together.code).toBe(0);
      });
    },
  );

  test('covers hooks and fixtures, fake timers, module resets, and a fetch taken at import', async () => {
    await withProject(
      {
        'all.test.ts': `import { test as base, expect, vi, beforeEach, afterEach } from 'vitest';
          import { ask } from './ask.js';
          const early = globalThis.fetch;
          const test = base.extend({ greeting: async ({}, use) => { await use(await ask('fixture')); } });
          beforeEach(async () => { await ask('before each'); });
          afterEach(async () => { await ask('after each'); });
          test('with a fixture', async ({ greeting }) => { expect(greeting).toBeTruthy(); });
          test('with fake timers', async () => {
            // Node's own fetch waits for setImmediate before it uses a connection again, with or without Reel.
            vi.useFakeTimers(process.env.REEL_MODE === 'record' ? { toFake: ['setTimeout', 'Date'] } : undefined);
            try { expect(await ask('fake timers')).toBeTruthy(); } finally { vi.useRealTimers(); }
          });
          test('with reset modules', async () => {
            vi.resetModules();
            const again = await import('./ask.js');
            expect(await again.ask('reset')).toBeTruthy();
          });
          test('with a stubbed fetch that goes on', async () => {
            const spy = vi.spyOn(globalThis, 'fetch');
            await ask('spied');
            expect(spy).toHaveBeenCalledOnce();
            spy.mockRestore();
          });`,
      },
      async (project) => {
        expect(await project.run('record')).toMatchObject({ code: 0 });
        await project.provider.close();
        const replayed = await project.run(undefined);
        expect(replayed.output).toContain('12 replayed');
        expect(replayed.code).toBe(0);
        expect(project.cassettes()).toHaveLength(4);
      },
    );
  });
});
