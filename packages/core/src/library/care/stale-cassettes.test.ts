import { expect, it } from 'vitest';
import { chat } from '../../../test/library/calls.ts';
import { cassetteText, folderWith } from '../../../test/library/folder.ts';
import { findCassettes } from '../files/find-cassettes.ts';
import { staleCassettes } from './stale-cassettes.ts';

const day = 86_400_000;
const at = (recordedAt: string): string => cassetteText([chat('a', 'b')], { recordedAt });

it('names recordings past the soft and the hard age, oldest first, and what has no age', () => {
  const base = folderWith({
    'cassettes/new.jsonl': at('2026-06-30T00:00:00Z'),
    'cassettes/soft.jsonl': at('2026-05-01T00:00:00Z'),
    'cassettes/hard.jsonl': at('2025-05-01T00:00:00Z'),
    'cassettes/bad.jsonl': 'x',
  });
  const now = Date.parse('2026-07-01T00:00:00Z');
  const { stale, unreadable } = staleCassettes(findCassettes({ base }), {
    maxAge: 30 * day,
    hard: 90 * day,
    now,
  });
  expect(stale.map(({ where, severity }) => `${where} ${severity}`)).toEqual([
    'cassettes/hard.jsonl error',
    'cassettes/soft.jsonl warning',
  ]);
  expect(unreadable).toMatchObject([{ where: 'cassettes/bad.jsonl' }]);
  expect(staleCassettes(findCassettes({ base }), { maxAge: 500 * day, now }).stale).toEqual([]);
});
