import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Receipt, ReceiptCassette } from '../../adapter/receipt.ts';
import { openCassette } from '../../cassette/tape.ts';
import { chat } from '../../../test/library/calls.ts';
import { cassetteText, folderWith } from '../../../test/library/folder.ts';
import { mergeReceipts } from '../care/merge-receipts.ts';
import { findCassettes } from '../files/find-cassettes.ts';
import { readReceipts } from './find-receipts.ts';
import { applyPrune, planPrune, type PrunePlan } from './prune.ts';

const two = cassetteText([chat('a', '1'), chat('b', '2')]);
const bytes = Buffer.byteLength(two);

function use(used: number[], more: Partial<ReceiptCassette> = {}): ReceiptCassette {
  return { bytes, interactions: 2, used, written: false, skipped: false, ...more };
}

function receipt(cassettes: Record<string, ReceiptCassette>, more: Partial<Receipt> = {}): Receipt {
  return {
    receipt: 1,
    runner: 'vitest',
    at: '2026-11-21T00:00:00Z',
    mode: 'replay',
    green: true,
    partial: [],
    cassettes,
    tests: [{ test: 't', cassette: '', outcome: 'passed', replayed: 1, recorded: 0, unused: 0, misses: [] }],
    savedUsage: [],
    spentUsage: [],
    warnings: [],
    ...more,
  };
}

function plan(base: string, receipts: readonly Receipt[], more: object = {}): PrunePlan {
  return planPrune(findCassettes({ base }), receipts, { base, from: base, ...more });
}

const names = (list: PrunePlan['orphans']): string[] =>
  list.map(({ file, removed }) => `${file.where} ${removed.join(',')}`);

describe('pruning', () => {
  it('removes what no test used: cassettes whole, and single recordings', () => {
    const base = folderWith({
      'cassettes/chat/used.jsonl': two,
      'cassettes/chat/half.jsonl': two,
      'cassettes/chat/never.jsonl': two,
      'cassettes/gone/orphan.jsonl': two,
      'cassettes/gone/orphan.blobs/0123456789abcdef0123456789abcdef.bin': 'x',
    });
    const found = plan(base, [
      receipt({
        'cassettes/chat/used.jsonl': use([0, 1]),
        'cassettes/chat/half.jsonl': use([1]),
        'cassettes/chat/never.jsonl': use([]),
      }),
    ]);
    expect(names(found.orphans)).toEqual([
      'cassettes/chat/never.jsonl 0,1',
      'cassettes/gone/orphan.jsonl 0,1',
    ]);
    expect(names(found.unused)).toEqual(['cassettes/chat/half.jsonl 0']);

    expect(applyPrune(found, base)).toEqual([]);
    // Its blobs were nobody's, and went with it.
    expect(existsSync(join(base, 'cassettes/gone'))).toBe(false);
    expect(findCassettes({ base }).map(({ where }) => where)).toEqual([
      'cassettes/chat/half.jsonl',
      'cassettes/chat/used.jsonl',
    ]);
    expect(readFileSync(join(base, 'cassettes/chat/used.jsonl'), 'utf8')).toBe(two);
    const half = openCassette({
      bytes: readFileSync(join(base, 'cassettes/chat/half.jsonl')),
      where: '',
      readBlob: () => undefined,
    });
    expect(half.size).toBe(1);
    expect(Buffer.from(half.requestAt(0)!.body).toString()).toContain('"b"');
  });

  it('leaves alone what skipped tests, hooks, other runners and later recordings may need', () => {
    const later = cassetteText([chat('a', '1')], { recordedAt: '2026-12-01T00:00:00Z' });
    const base = folderWith({
      'cassettes/chat/skipped.jsonl': two,
      'cassettes/chat/_setup.jsonl': two,
      'cassettes/chat/written.jsonl': two,
      'cassettes/chat/later.jsonl': later,
      'cassettes/chat/broken.jsonl': 'garbage',
      'cassettes/by-hand.jsonl': two,
      'other/cassettes/e2e/page.jsonl': two,
    });
    const { orphans, unused, kept } = plan(base, [
      receipt(
        {
          'cassettes/chat/skipped.jsonl': use([], { skipped: true }),
          'cassettes/chat/written.jsonl': use([], { written: true }),
        },
        {
          tests: [
            {
              test: 's',
              cassette: 'cassettes/chat/skipped.jsonl',
              outcome: 'skipped',
              replayed: 0,
              recorded: 0,
              unused: 0,
              misses: [],
            },
          ],
        },
      ),
    ]);
    expect([...orphans, ...unused]).toEqual([]);
    expect(kept.map(({ where }) => where)).toEqual([
      'cassettes/by-hand.jsonl',
      'cassettes/chat/_setup.jsonl',
      'cassettes/chat/broken.jsonl',
      'cassettes/chat/later.jsonl',
      'cassettes/chat/skipped.jsonl',
      'cassettes/chat/written.jsonl',
      'other/cassettes/e2e/page.jsonl',
    ]);
  });

  it('takes cassette folders that the run did not touch only when asked', () => {
    const base = folderWith({ 'cassettes/a/x.jsonl': two, 'e2e/cassettes/b/y.jsonl': two });
    const receipts = [receipt({ 'cassettes/a/x.jsonl': use([0, 1]) })];
    expect(plan(base, receipts)).toMatchObject({ orphans: [], kept: [{ where: 'e2e/cassettes/b/y.jsonl' }] });
    expect(names(plan(base, receipts, { untouchedFolders: true }).orphans)).toEqual([
      'e2e/cassettes/b/y.jsonl 0,1',
    ]);
  });

  it('adds up runners and shards', () => {
    const base = folderWith({ 'cassettes/a/x.jsonl': two });
    const part = (shard: string, used: number[]): Receipt =>
      receipt({ 'cassettes/a/x.jsonl': use(used) }, { shard, partial: [`shard ${shard}`] });
    expect(plan(base, [part('1/2', [0]), part('2/2', [1])])).toEqual({ orphans: [], unused: [], kept: [] });
    expect(
      names(plan(base, [part('1/2', [0]), part('2/2', []), receipt({}, { runner: 'jest' })]).unused),
    ).toEqual(['cassettes/a/x.jsonl 1']);
    expect(() => plan(base, [part('1/3', [0]), part('3/3', [1])])).toThrowError(
      /shard 2\/3 of vitest missing/,
    );
  });

  it.each([
    ['a red run', { green: false }, /not green/],
    ['a part of the suite', { partial: ['name filter'] }, /not whole \(name filter\)/],
    ['one shard alone', { shard: '1/2', partial: ['shard 1/2'] }, /shard 2\/2 of vitest missing/],
    ['a live run', { mode: 'live' as const }, /mode live/],
    ['a run without any test', { tests: [] }, /no test/],
  ])('refuses after %s', (_, more, message) => {
    const base = folderWith({ 'cassettes/a/x.jsonl': two });
    expect(() => plan(base, [receipt({ 'cassettes/a/x.jsonl': use([0]) }, more)])).toThrowError(
      expect.objectContaining({
        code: 'REEL_PRUNE_REFUSED',
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  it('refuses when a cassette is not the one that was used, and leaves alone what changes in between', () => {
    const base = folderWith({ 'cassettes/a/x.jsonl': two, 'cassettes/a/y.jsonl': two });
    expect(() =>
      plan(base, [receipt({ 'cassettes/a/x.jsonl': use([0], { bytes: bytes - 1 }) })]),
    ).toThrowError(expect.objectContaining({ code: 'REEL_PRUNE_REFUSED', where: 'cassettes/a/x.jsonl' }));
    const found = plan(base, [receipt({ 'cassettes/a/x.jsonl': use([0]) })]);
    const changed = cassetteText([chat('recorded', 'meanwhile')]);
    for (const name of ['x', 'y']) writeFileSync(join(base, `cassettes/a/${name}.jsonl`), changed);
    expect(applyPrune(found, base).map(({ code }) => code)).toEqual([
      'REEL_PRUNE_REFUSED',
      'REEL_PRUNE_REFUSED',
    ]);
    expect(readFileSync(join(base, 'cassettes/a/x.jsonl'), 'utf8')).toBe(changed);
  });
});

describe('receipts', () => {
  it('are found where adapters leave them, and have to be there', () => {
    const text = JSON.stringify(receipt({}));
    const base = folderWith({
      '.reel/receipt-vitest.json': text,
      'node_modules/.cache/reel/receipt-jest.json': text,
    });
    expect(readReceipts(base, [])).toHaveLength(2);
    expect(() => readReceipts(folderWith(), [])).toThrowError(
      expect.objectContaining({ code: 'REEL_RECEIPT_UNREADABLE' }),
    );
  });

  it('are all those below a folder that is given', () => {
    const text = JSON.stringify(receipt({}));
    const base = folderWith({
      'all/node-22/1.json': text,
      'all/node-24/1.json': text,
      'all/notes.txt': 'x',
      'none/x': '',
    });
    expect(readReceipts(base, [join(base, 'all'), join(base, 'all/node-22/1.json')])).toHaveLength(3);
    expect(() => readReceipts(base, [join(base, 'none')])).toThrowError(
      expect.objectContaining({ code: 'REEL_RECEIPT_UNREADABLE' }),
    );
  });

  it('of two runs of a matrix have each shard twice', () => {
    const part = (shard: string): Receipt => receipt({}, { shard, partial: [`shard ${shard}`] });
    const whole = [part('1/2'), part('2/2'), part('1/2'), part('2/2')];
    expect(mergeReceipts(whole).partial).toEqual([]);
    expect(mergeReceipts(whole.slice(0, 3)).partial).toEqual([
      'shard 2/2 of vitest missing in one of 2 runs',
    ]);
  });

  it('of different versions of a cassette, or of different modes, do not add up', () => {
    const refused = expect.objectContaining({ code: 'REEL_MERGE_REFUSED' }) as Error;
    expect(() =>
      mergeReceipts([receipt({ x: use([0]) }), receipt({ x: use([0], { bytes: 1 }) })]),
    ).toThrowError(refused);
    expect(() => mergeReceipts([receipt({}), receipt({}, { mode: 'record' })])).toThrowError(refused);
  });

  it('are one receipt, as old as the oldest, when they are merged', () => {
    const usage = { provider: 'openai', model: 'm', calls: 1, inputTokens: 2, outputTokens: 3, cost: 0.1 };
    const merged = mergeReceipts([
      receipt({ b: use([0]) }, { shard: '1/2', savedUsage: [usage] }),
      receipt(
        { b: use([1]), a: use([]) },
        { shard: '2/2', at: '2026-11-20T00:00:00Z', savedUsage: [usage], runner: 'vitest' },
      ),
    ]);
    expect(merged).toMatchObject({
      at: '2026-11-20T00:00:00Z',
      green: true,
      partial: [],
      savedUsage: [{ calls: 2, cost: 0.2 }],
      cassettes: { b: { used: [0, 1] } },
    });
    expect(Object.keys(merged.cassettes)).toEqual(['a', 'b']);
    expect(merged.shard).toBeUndefined();
  });
});
