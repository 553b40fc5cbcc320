import { array, assert, boolean, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align } from './align.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

function pairs(recorded: readonly unknown[], incoming: readonly unknown[]): string[] {
  return align(recorded, incoming, false).map(
    ({ recorded: from, incoming: to }) => `${from ?? ''}>${to ?? ''}`,
  );
}

describe('align', () => {
  it('sees an element put in between as one addition', () => {
    expect(pairs([1, 2, 3], [1, 9, 2, 3])).toEqual(['0>0', '>1', '1>2', '2>3']);
    expect(pairs([1, 9, 2, 3], [1, 2, 3])).toEqual(['0>0', '1>', '2>1', '3>2']);
  });

  it('pairs what changed with what it was, and not with a neighbor', () => {
    const recorded = [user('What is the weather in Paris?'), assistant('Rain.')];
    const incoming = [
      user('Hello there.'),
      assistant('Hi.'),
      user('What is the weather in Lyon?'),
      assistant('Rain.'),
    ];
    expect(pairs(recorded, incoming)).toEqual(['>0', '>1', '0>2', '1>3']);
  });

  it('never pairs different roles or different tools', () => {
    expect(pairs([user('a')], [assistant('a')])).toEqual(['0>', '>0']);
    expect(pairs([{ name: 'a', description: 'x' }], [{ name: 'b', description: 'x' }])).toEqual(['0>', '>0']);
  });

  it('accounts for every element once and in order, roughly or with care', () => {
    const small = array(integer({ min: 0, max: 4 }), { maxLength: 12 });
    assert(
      property(small, small, boolean(), (recorded, incoming, quick) => {
        const pairings = align(recorded, incoming, quick);
        const left = pairings.map(({ recorded: from }) => from).filter((from) => from !== undefined);
        const right = pairings.map(({ incoming: to }) => to).filter((to) => to !== undefined);
        expect(left).toEqual(recorded.map((_, i) => i));
        expect(right).toEqual(incoming.map((_, i) => i));
      }),
    );
  });

  it('takes bounded time for thousands of different elements', () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, i) => user(`${word} ${i}`));
    expect(align(many('a'), many('b'), false)).toHaveLength(3_000);
  });
});
