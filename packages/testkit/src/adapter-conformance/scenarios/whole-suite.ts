import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdapterDriver } from '../driver.ts';
import { has, testWith } from '../needs.ts';
import { createProject, type Project, type Run, type SeenReceipt } from '../project.ts';
import { promptsOf } from '../prompts.ts';
import { startTime } from '../start-time.ts';

/** One suite with everything that goes well, recorded once and replayed in several ways. */
export function aWholeSuite(driver: AdapterDriver): void {
  describe('a whole suite', () => {
    let project: Project;
    let recorded: Run;
    let replayed: Run;
    let tapes: Readonly<Record<string, string>>;
    let recordedReceipt: SeenReceipt;
    let replayedReceipt: SeenReceipt;

    beforeAll(async () => {
      project = await createProject(driver, { tests: suiteOf(driver) });
      recorded = await project.run({ mode: 'record', repeats: 2 });
      recordedReceipt = project.receipt();
      tapes = project.tapes();
      await project.goOffline();
      replayed = await project.run({ env: { CI: '1', SKIP: '1' }, repeats: 2 });
      replayedReceipt = project.receipt();
    }, startTime(3));
    afterAll(() => project[Symbol.asyncDispose]());

    test('is recorded, a cassette for each test that makes a call, named by file and titles', () => {
      expect(recorded.output).toContain(`${expectedCalls(driver)} recorded`);
      expect(recorded.code, recorded.output).toBe(0);
      expect(project.cassettes()).toEqual(expectedCassettes(driver));
    });

    test('replays in CI with no provider and no key, and changes no byte', () => {
      expect(replayed.output).toContain(`${expectedCalls(driver) - 1} replayed`);
      expect(replayed.code, replayed.output).toBe(0);
      expect(replayed.counts.failed).toBe(0);
      expect(project.tapes()).toEqual(tapes);
    });

    test('ends with what was recorded, replayed, spent and not spent', () => {
      expect(recorded.output).toMatch(/spent +\d+ calls, [\d,]+ tokens in, [\d,]+ out, about \$/);
      expect(replayed.output).toMatch(/not spent +\d+ calls, [\d,]+ tokens in, [\d,]+ out, about \$/);
      expect(replayed.output).not.toContain('unused');
    });

    test('leaves receipts of whole and green runs, with every cassette and what was used of it', () => {
      for (const receipt of [recordedReceipt, replayedReceipt])
        expect(receipt).toMatchObject({ receipt: 1, runner: driver.runner, green: true, partial: [] });
      expect(recordedReceipt.mode).toBe('record');
      expect(replayedReceipt.mode).toBe('replay');
      const written = Object.entries(recordedReceipt.cassettes).filter(([, { written }]) => written);
      expect(written.map(([path]) => path).toSorted()).toEqual(expectedCassettes(driver));
      expect(usedIn(replayedReceipt)).toEqual(
        expectedCassettes(driver).filter((path) => path !== 'cassettes/names/is-skipped.jsonl'),
      );
    });

    test('protects the cassettes of skipped tests in its receipt', () => {
      expect(replayedReceipt.cassettes['cassettes/names/is-skipped.jsonl']).toMatchObject({
        used: [],
        skipped: true,
      });
    });

    test('gives each-hooks to their test and the hooks of a describe block to the file', () => {
      for (const title of ['first', 'second']) {
        const tape = project.read(`cassettes/hooks/${title}.jsonl`);
        expect(promptsOf(tape)).toEqual(['before each', title, 'after each']);
      }
      expect(promptsOf(project.read('cassettes/hooks/_setup.jsonl')).toSorted()).toEqual([
        'after group',
        'before group',
      ]);
    });

    testWith(driver, 'file-hooks', 'gives hooks at the top of a file to the file', () => {
      expect(promptsOf(project.read('cassettes/file-hooks/_setup.jsonl'))).toEqual([
        'before all',
        'after all',
      ]);
    });

    testWith(driver, 'same-name-twice', 'tells tests of the same name apart', () => {
      expect(promptsOf(project.read('cassettes/twins/twin.jsonl'))).toEqual(['first twin']);
      expect(promptsOf(project.read('cassettes/twins/twin~2.jsonl'))).toEqual(['second twin']);
    });

    testWith(driver, 'concurrent', 'keeps tests that run at the same time apart', () => {
      for (const n of [1, 2, 3, 4]) {
        const tape = project.read(`cassettes/concurrent/parallel-${n}.jsonl`);
        expect(promptsOf(tape)).toEqual([`parallel ${n}a`, `parallel ${n}b`]);
      }
    });

    testWith(driver, 'retries', 'rewinds the cassette for each attempt of a retried test', () => {
      expect(promptsOf(project.read('cassettes/retried/flaky.jsonl'))).toEqual(['flaky']);
      expect(replayedReceipt.tests.find(({ test }) => test.includes('flaky'))).toMatchObject({
        outcome: 'passed',
        replayed: 1,
      });
    });

    testWith(driver, 'repeats', 'keeps one run of a repeated test', () => {
      expect(promptsOf(project.read('cassettes/repeated/repeats.jsonl'))).toEqual(['again']);
    });

    test('puts the calls inside useCassette onto the cassette that it names', () => {
      expect(promptsOf(project.read('cassettes/by-hand/uses-one.jsonl'))).toEqual(['around it']);
      expect(promptsOf(project.read('cassettes/billing/refund.jsonl'))).toEqual(['inside it']);
    });

    testWith(driver, 'fake-timers', 'does not wait for fake timers', () => {
      expect(promptsOf(project.read('cassettes/timers/under-fake-timers.jsonl'))).toEqual(['fake timers']);
    });

    testWith(driver, 'module-resets', 'sees calls of a module that was loaded anew', () => {
      expect(promptsOf(project.read('cassettes/modules/fresh.jsonl'))).toEqual(['first copy', 'second copy']);
    });

    test(
      'filtered by name, replays the same cassettes, and its receipt says that it was a part',
      async () => {
        const name = has(driver, 'same-name-twice') ? 'twin' : 'says';
        const run = await project.run({ name });
        expect(run.code, run.output).toBe(0);
        expect(run.output).toContain('2 replayed');
        const receipt = project.receipt();
        expect(receipt).toMatchObject({ green: true, partial: [expect.any(String)] });
        expect(usedIn(receipt)).toHaveLength(2);
      },
      startTime(1),
    );

    test(
      'filtered by file, replays that file, and its receipt says that it was a part',
      async () => {
        const run = await project.run({ files: ['sub/deep'], workers: 1 });
        expect(run.code, run.output).toBe(0);
        const receipt = project.receipt();
        expect(receipt).toMatchObject({ green: true, partial: [expect.any(String)] });
        expect(usedIn(receipt)).toEqual(['sub/cassettes/deep/lies-in-a-folder.jsonl']);
      },
      startTime(1),
    );

    testWith(
      driver,
      'shards',
      'in shards, uses every cassette once, and each receipt says which part it was',
      async () => {
        const used: string[] = [];
        for (const shard of ['1/2', '2/2']) {
          const run = await project.run({ shard, repeats: 2 });
          expect(run.code, run.output).toBe(0);
          const receipt = project.receipt();
          expect(receipt.shard).toBe(shard);
          expect(receipt.partial.join()).toContain(shard);
          used.push(...usedIn(receipt));
        }
        expect(used.toSorted()).toEqual(expectedCassettes(driver));
      },
      startTime(2),
    );

    testWith(
      driver,
      'workers',
      'on one worker, replays as on several',
      async () => {
        const run = await project.run({ workers: 1, repeats: 2 });
        expect(run.code, run.output).toBe(0);
        expect(run.output).toContain(`${expectedCalls(driver)} replayed`);
        expect(project.tapes()).toEqual(tapes);
      },
      startTime(1),
    );
  });
}

function usedIn({ cassettes }: SeenReceipt): string[] {
  return Object.entries(cassettes)
    .filter(([, { used }]) => used.length > 0)
    .map(([path]) => path)
    .toSorted();
}

interface Part {
  readonly body: string;
  /** Cassette (below the file's) -> number of calls. */
  readonly cassettes: Readonly<Record<string, number>>;
}

function partsOf(driver: AdapterDriver): Readonly<Record<string, Part>> {
  return {
    names: {
      body: `
        test('answers', async () => { assert.ok(await ask('hello there')); });
        describe('outer', () => { describe('inner', () => {
          test('asks deep down', async () => { await ask('deep down'); });
          testEach(['one', 'two'], 'says %s', async (word) => { assert.ok(await ask('say ' + word)); });
        }); });
        test('makes no call', () => {});
        (process.env.SKIP ? test.skip : test)('is skipped', async () => { await ask('maybe'); });`,
      cassettes: {
        'cassettes/names/answers': 1,
        'cassettes/names/is-skipped': 1,
        'cassettes/names/outer--inner--asks-deep-down': 1,
        'cassettes/names/outer--inner--says-one': 1,
        'cassettes/names/outer--inner--says-two': 1,
      },
    },
    hooks: {
      body: `
        beforeEach(async () => { await ask('before each'); });
        afterEach(async () => { await ask('after each'); });
        test('first', async () => { await ask('first'); });
        test('second', async () => { await ask('second'); });
        describe('group', () => {
          beforeAll(async () => { await ask('before group'); });
          afterAll(async () => { await ask('after group'); });
          test('third', async () => { await ask('third'); });
        });`,
      cassettes: {
        'cassettes/hooks/_setup': 2,
        'cassettes/hooks/first': 3,
        'cassettes/hooks/group--third': 3,
        'cassettes/hooks/second': 3,
      },
    },
    'by-hand': {
      body: `
        test('uses one', async () => {
          await ask('around it');
          await useCassette('billing/refund', () => ask('inside it'));
        });`,
      cassettes: { 'cassettes/by-hand/uses-one': 1, 'cassettes/billing/refund': 1 },
    },
    'sub/deep': {
      body: `test('lies in a folder', async () => { await ask('folder'); });`,
      cassettes: { 'sub/cassettes/deep/lies-in-a-folder': 1 },
    },
    ...(has(driver, 'file-hooks') && {
      'file-hooks': {
        body: `
          beforeAll(async () => { await ask('before all'); });
          afterAll(async () => { await ask('after all'); });
          test('goes on', async () => { await ask('goes on'); });`,
        cassettes: { 'cassettes/file-hooks/_setup': 2, 'cassettes/file-hooks/goes-on': 1 },
      },
    }),
    ...(has(driver, 'same-name-twice') && {
      twins: {
        body: `
          test('twin', async () => { await ask('first twin'); });
          test('twin', async () => { await ask('second twin'); });`,
        cassettes: { 'cassettes/twins/twin': 1, 'cassettes/twins/twin~2': 1 },
      },
    }),
    ...(has(driver, 'concurrent') && {
      concurrent: {
        body: `
          for (const n of [1, 2, 3, 4]) testConcurrent('parallel ' + n, async () => {
            for (const step of ['a', 'b']) assert.ok(await ask('parallel ' + n + step));
          });`,
        cassettes: Object.fromEntries([1, 2, 3, 4].map((n) => [`cassettes/concurrent/parallel-${n}`, 2])),
      },
    }),
    ...(has(driver, 'retries') && {
      retried: {
        body: `testRetried(2, 'flaky', async (attempt) => { await ask('flaky'); assert.equal(attempt, 3); });`,
        cassettes: { 'cassettes/retried/flaky': 1 },
      },
    }),
    ...(has(driver, 'repeats') && {
      repeated: {
        body: `testRepeated(2, 'repeats', async () => { await ask('again'); });`,
        cassettes: { 'cassettes/repeated/repeats': 1 },
      },
    }),
    ...(has(driver, 'fake-timers') && {
      timers: {
        body: `
          test('under fake timers', async () => {
            const undo = useFakeTimers();
            try { assert.ok(await ask('fake timers')); } finally { undo(); }
          });`,
        cassettes: { 'cassettes/timers/under-fake-timers': 1 },
      },
    }),
    ...(has(driver, 'module-resets') && {
      modules: {
        body: `
          test('fresh', async () => {
            await ask('first copy');
            const again = await freshAsk();
            assert.notEqual(again, ask);
            await again('second copy');
          });`,
        cassettes: { 'cassettes/modules/fresh': 2 },
      },
    }),
  };
}

function suiteOf(driver: AdapterDriver): Record<string, string> {
  return Object.fromEntries(Object.entries(partsOf(driver)).map(([stem, { body }]) => [stem, body]));
}

function expectedCassettes(driver: AdapterDriver): string[] {
  return Object.values(partsOf(driver))
    .flatMap(({ cassettes }) => Object.keys(cassettes).map((name) => `${name}.jsonl`))
    .toSorted();
}

function expectedCalls(driver: AdapterDriver): number {
  return Object.values(partsOf(driver))
    .flatMap(({ cassettes }) => Object.values(cassettes))
    .reduce((sum, calls) => sum + calls, 0);
}
