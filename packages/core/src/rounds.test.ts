import { describe, expect, it } from 'vitest';
import { createKeyOf } from './matching/index.ts';
import type { MatchRequest } from './matching/matcher.ts';
import { Rounds } from './rounds.ts';

const ask = (prompt: string): MatchRequest => ({
  method: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  headers: [['content-type', 'application/json']],
  body: new TextEncoder().encode(JSON.stringify({ prompt })),
});
const tape = (...requests: MatchRequest[]) => ({
  requestAt: (index: number) => requests[index],
  interactionAt(): never {
    throw new Error('only requests are looked at');
  },
});

describe('hooks that run again', () => {
  it('record what they asked before once, however often one round asks it', () => {
    const rounds = new Rounds(createKeyOf({}));
    expect([rounds.isRepeated(ask('a')), rounds.isRepeated(ask('a'))]).toEqual([false, false]);
    rounds.next();
    expect([rounds.isRepeated(ask('a')), rounds.isRepeated(ask('b'))]).toEqual([true, false]);
    rounds.next();
    expect([rounds.isRepeated(ask('b')), rounds.isRepeated(ask('c'))]).toEqual([true, false]);
  });

  it('are answered from the first recording on, again and again, but not in their first round', () => {
    const rounds = new Rounds(createKeyOf({}));
    const recorded = tape(ask('a'), ask('b'), ask('a'));
    expect(rounds.again(ask('a'), recorded)).toBeUndefined();
    rounds.next();
    expect([1, 2, 3].map(() => rounds.again(ask('a'), recorded))).toEqual([0, 2, 0]);
    expect(rounds.again(ask('b'), recorded)).toBe(1);
  });

  it('have no answer to what was never recorded', () => {
    const rounds = new Rounds(createKeyOf({}));
    rounds.next();
    expect(rounds.again(ask('c'), tape(ask('a')))).toBeUndefined();
  });
});
