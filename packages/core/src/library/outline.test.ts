import { expect, it } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { call, chat, chatStream } from '../../test/library/calls.ts';
import { cassetteText, contentOf, folderWith } from '../../test/library/folder.ts';
import { findCassettes } from './files/find-cassettes.ts';
import { listCassettes } from './list-cassettes.ts';
import { isUnreadable, outlineOf, type CassetteOutline } from './outline.ts';

function outline(...interactions: Interaction[]): CassetteOutline {
  const found = outlineOf(contentOf(cassetteText(interactions)));
  if (isUnreadable(found)) throw found.problem;
  return found;
}

it('says who is asked for what, how often, and what stands out', () => {
  const cut: Interaction = { ...chatStream('x', ['a'], false), ending: { kind: 'aborted', by: 'client' } };
  const gemini = call(
    { contents: [] },
    {},
    { url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent' },
  );
  const other = call(
    { nested: { model: 'not this' }, model: 'last' },
    {},
    { url: 'https://llm.example.com/x', status: 500 },
  );
  expect(outline(chat('a', 'b'), chatStream('a', ['b']), cut, gemini, other)).toMatchObject({
    name: 'chat/summarizes an article',
    recordedAt: '2026-11-20T10:00:00Z',
    interactions: 5,
    providers: ['openai', 'google', 'llm.example.com'],
    models: ['gpt-4o-mini', 'gemini-2.5-flash', 'last'],
    flags: ['stream', 'error', 'cut'],
  });
});

it('reads models with any letters, and none where there is none', () => {
  expect(outline(call({ model: 'mödel "x"' }, {}), call('text', {})).models).toEqual(['mödel "x"']);
  expect(outline().providers).toEqual([]);
});

it('is a problem for what cannot be read', () => {
  for (const text of [
    '',
    '\0\0',
    '{"reel":9}\n',
    '<<<<<<< ours\n',
    cassetteText([chat('a', 'b')]).slice(0, -4),
  ]) {
    const found = outlineOf(contentOf(text));
    expect(isUnreadable(found)).toBe(true);
  }
});

it('lists many, filtered and sorted, unreadable ones always', () => {
  const base = folderWith({
    'cassettes/a.jsonl': cassetteText([chat('a', 'b')], { recordedAt: '2026-01-01T00:00:00Z' }),
    'cassettes/b.jsonl': cassetteText([chat('a', 'b'), chat('long '.repeat(99), 'c', 'gpt-5')]),
    'cassettes/c.jsonl': 'garbage',
  });
  const list = (options: Parameters<typeof listCassettes>[1]): string[] =>
    listCassettes(findCassettes({ base }), options).map(({ where }) => where.slice(10, 11));
  expect(list({})).toEqual(['a', 'b', 'c']);
  expect(list({ model: 'GPT-5' })).toEqual(['b', 'c']);
  expect(list({ provider: 'anthropic' })).toEqual(['c']);
  expect(list({ path: 'a.json' })).toEqual(['a']);
  expect(list({ sort: 'size' })).toEqual(['b', 'a', 'c']);
  expect(list({ sort: 'age' })).toEqual(['c', 'a', 'b']);
  expect(list({ sort: 'interactions' })).toEqual(['c', 'b', 'a']);
});
