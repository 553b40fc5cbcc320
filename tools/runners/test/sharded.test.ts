import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSharedProject, type Run, type SharedProject } from '@reel/testkit/adapter-conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reel, type Ran } from '../../../packages/cli/test/reel.ts';
import { newestDrivers } from '../src/pairs.ts';

const drivers = newestDrivers();
const runners = drivers.map(({ runner }) => runner);
const parts = [1, 2] as const;

/** Three files, so that the two parts are not equal. */
const tests = {
  chat: `
    test('answers', async () => { assert.ok(await ask('hello')); });
    test('remembers', async () => { await ask('I am Ada'); assert.ok(await ask('who am I?')); });`,
  desk: `
    describe('support', () => {
      test('refunds', async () => { assert.ok(await ask('refund me')); });
      test('bills', async () => { assert.ok(await ask('bill me')); });
    });`,
  'deep/search': `test('finds', async () => { assert.ok(await ask('find me')); });`,
};
/** Mocha has no shards: its parts are lists of files, and REEL_SHARD says what they are. */
const lists = { 1: ['chat'], 2: ['desk', 'deep/search'] } as const;

describe('a matrix of four runners, two shards each', () => {
  let project: SharedProject;
  const cli = (...words: string[]): Promise<Ran> => reel(words, { cwd: project.folder });

  function runPart(runner: string, part: 1 | 2, env: Record<string, string>, mode?: string): Promise<Run> {
    const own = project.parts.get(runner)!;
    const { shards } = own.driver.lacks;
    return own.run({
      ...(mode !== undefined && { mode }),
      ...(shards === undefined ? { shard: `${part}/2` } : { files: lists[part] }),
      env: { ...env, ...(shards !== undefined && { REEL_SHARD: `${part}/2` }) },
    });
  }

  beforeAll(async () => {
    project = await createSharedProject(drivers, tests);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  test.each(runners)(
    'what the shards of %s record, each on a machine of its own, merges into the cassettes of the whole suite',
    async (runner) => {
      project.removeTapes();
      for (const part of parts) {
        const recorded = await runPart(runner, part, {}, 'record');
        expect(recorded.code, recorded.output).toBe(0);
        // The next machine starts without them.
        mkdirSync(join(project.folder, 'artifacts'), { recursive: true });
        renameSync(join(project.folder, 'cassettes'), join(project.folder, `artifacts/${part}`));
      }
      const merged = await cli('merge', 'artifacts/1', 'artifacts/2', '--out', 'cassettes');
      expect(merged.code, merged.stdout + merged.stderr).toBe(0);
      rmSync(join(project.folder, 'artifacts'), { recursive: true });

      expect(Object.keys(project.tapes())).toHaveLength(5);
      const replayed = await project.parts.get(runner)!.run({ env: { CI: '1' } });
      expect(replayed.code, replayed.output).toBe(0);
      expect(replayed.output).toContain('6 replayed');
    },
  );

  describe('replayed, with a receipt of each part', () => {
    beforeAll(async () => {
      for (const runner of runners) {
        for (const part of parts) {
          const file = join(project.folder, `receipts/${runner}-${part}/receipt.json`);
          const run = await runPart(runner, part, { CI: '1', REEL_RECEIPT: file });
          assert.equal(run.code, 0, run.output);
        }
      }
    });

    test('each receipt says which part it is, and is not the whole', () => {
      for (const runner of runners) {
        for (const part of parts) {
          const receipt = JSON.parse(
            readFileSync(join(project.folder, `receipts/${runner}-${part}/receipt.json`), 'utf8'),
          ) as { runner: string; shard: string; partial: string[]; green: boolean; tests: unknown[] };
          expect(receipt).toMatchObject({
            runner,
            shard: `${part}/2`,
            partial: [`shard ${part}/2`],
            green: true,
          });
          expect(receipt.tests.length).toBeGreaterThan(0);
        }
      }
    });

    test('they merge into one receipt that is whole and green', async () => {
      const files = runners.flatMap((runner) =>
        parts.map((part) => `receipts/${runner}-${part}/receipt.json`),
      );
      const merged = await cli('merge', ...files, '--out', 'whole.json');
      expect(merged.code, merged.stderr).toBe(0);
      const receipt = JSON.parse(readFileSync(join(project.folder, 'whole.json'), 'utf8')) as object;
      expect(receipt).toMatchObject({ green: true, partial: [] });
      expect(receipt).not.toHaveProperty('shard');
    });

    test('nothing is left over: CI passes', async () => {
      const { code, stdout, stderr } = await cli('prune', '--receipt', 'receipts');
      expect(code, stdout + stderr).toBe(0);
    });

    test('what no part of any runner used is named, and CI fails', async () => {
      const orphan = join(project.folder, 'cassettes/desk/a-test-that-is-gone.jsonl');
      mkdirSync(dirname(orphan), { recursive: true });
      writeFileSync(orphan, project.tapes()['deep/search/finds.jsonl'] ?? '');
      const { code, stdout } = await cli('prune', '--receipt', 'receipts', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        written: false,
        orphans: [{ file: 'cassettes/desk/a-test-that-is-gone.jsonl', interactions: 1 }],
        unused: [],
      });

      expect((await cli('prune', '--receipt', 'receipts', '--write')).code).toBe(0);
      expect(Object.keys(project.tapes())).toHaveLength(5);
    });

    test('a recording that one runner of the matrix uses is used', async () => {
      // Without the tests of the others it would look left over.
      const desk = 'cassettes/desk/support--bills.jsonl';
      const [one] = runners;
      for (const runner of runners.slice(1))
        for (const part of parts)
          forget(join(project.folder, `receipts/${runner}-${part}/receipt.json`), desk);
      expect((await cli('prune', '--receipt', 'receipts')).code).toBe(0);

      for (const part of parts) forget(join(project.folder, `receipts/${one}-${part}/receipt.json`), desk);
      const { code, stdout } = await cli('prune', '--receipt', 'receipts');
      expect(code).toBe(1);
      expect(stdout).toContain(desk);
    });

    test.each(runners)(
      'with a shard of %s missing nothing is known, which is not fine either',
      async (runner) => {
        const there = join(project.folder, `receipts/${runner}-2`);
        const away = join(project.folder, 'away');
        renameSync(there, away);
        const { code, stderr } = await cli('prune', '--receipt', 'receipts', '--write');
        renameSync(away, there);
        expect(code).toBe(2);
        expect(stderr).toContain('REEL_PRUNE_REFUSED');
        expect(stderr).toContain(`shard 2/2 of ${runner} missing`);
      },
    );

    test('of two runs of one runner, a missing shard of one is noticed', async () => {
      const more = join(project.folder, 'receipts/another-node/receipt.json');
      mkdirSync(dirname(more), { recursive: true });
      writeFileSync(more, readFileSync(join(project.folder, 'receipts/vitest-1/receipt.json')));
      const { code, stderr } = await cli('prune', '--receipt', 'receipts');
      rmSync(dirname(more), { recursive: true });
      expect(code).toBe(2);
      expect(stderr).toContain('shard 2/2 of vitest missing in one of 2 runs');
    });

    test('an empty folder of receipts is no run that used nothing', async () => {
      mkdirSync(join(project.folder, 'nothing'), { recursive: true });
      const { code, stderr } = await cli('prune', '--receipt', 'nothing');
      expect(code).toBe(2);
      expect(stderr).toContain('REEL_RECEIPT_UNREADABLE');
    });
  });
});

/** A receipt as it were if its tests had not asked for a cassette. */
function forget(file: string, cassette: string): void {
  const receipt = JSON.parse(readFileSync(file, 'utf8')) as { cassettes: Record<string, unknown> };
  delete receipt.cassettes[cassette];
  writeFileSync(file, JSON.stringify(receipt));
}
