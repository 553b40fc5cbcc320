import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, chat } from '../../../test/library/calls.ts';
import { cassetteText, folderWith } from '../../../test/library/folder.ts';
import { findCassettes } from '../files/find-cassettes.ts';
import { readPrices } from './prices-file.ts';
import { statsOf } from './stats.ts';

describe('stats', () => {
  it('add up calls, tokens and cost by model and by test, the dearest first', () => {
    const base = folderWith({
      'cassettes/a.jsonl': cassetteText([chat('a', 'b'), call({ q: 1 }, {}, { url: 'https://x.example' })], {
        name: 'cheap',
      }),
      'cassettes/b.jsonl': cassetteText([chat('a', 'b', 'gpt-4'), chat('c', 'd')], { name: 'dear' }),
      'cassettes/c.jsonl': '',
    });
    const stats = statsOf(findCassettes({ base }));
    expect(stats).toMatchObject({
      cassettes: 2,
      interactions: 4,
      unreadable: [{ where: 'cassettes/c.jsonl' }],
    });
    expect(
      stats.recorded.map(({ model, calls, inputTokens, outputTokens }) => [
        model,
        calls,
        inputTokens,
        outputTokens,
      ]),
    ).toEqual([
      ['gpt-4', 1, 10, 5],
      ['gpt-4o-mini', 2, 20, 10],
    ]);
    expect(stats.recorded[0]!.cost).toBeCloseTo((10 * 30 + 5 * 60) / 1e6);
    expect(stats.tests.map(({ test }) => test)).toEqual(['dear', 'cheap']);
  });

  it('take prices of your own before the built-in ones, and guess none', () => {
    const base = folderWith({
      'cassettes/a.jsonl': cassetteText([chat('a', 'b', 'my-model'), chat('a', 'b', 'no-price')]),
      'prices.json': '{"my-model":{"input":1000000,"output":1}}',
    });
    const costs = (prices?: ReturnType<typeof readPrices>): (number | undefined)[] =>
      statsOf(findCassettes({ base }), { prices }).recorded.map(({ cost }) => cost);
    expect(costs()).toEqual([undefined, undefined]);
    expect(costs(readPrices(join(base, 'prices.json')))).toEqual([10 + 5e-6, undefined]);
  });

  it.each([
    ['is missing', undefined],
    ['is no JSON', '{'],
    ['is a list', '[]'],
    ['has a price that is none', '{"m":{"input":"1"}}'],
    ['has a negative price', '{"m":{"input":-1}}'],
    ['has another key', '{"m":{"input":1,"outptu":1}}'],
  ])('say when the file of prices %s', (_, text) => {
    const base = folderWith(text === undefined ? {} : { 'p.json': text });
    expect(() => readPrices(join(base, 'p.json'))).toThrowError(
      expect.objectContaining({ code: 'REEL_PRICES_UNREADABLE' }),
    );
  });
});
