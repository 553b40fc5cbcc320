import { describe, expect, test } from 'vitest';
import { createMemoryStore } from './cassette/stores/memory.ts';
import type { ExchangeHead } from './interception/transport.ts';
import type { MatchOptions } from './matching/matcher.ts';
import { createRecorder } from './recorder.ts';
import { RepeatedAnswers } from './repeated-answers.ts';
import type { TestScope } from './test-scope.ts';

const url = 'https://api.example.com/v1/x';
const head = (extra: readonly [string, string][] = []): ExchangeHead => ({
  method: 'POST',
  url,
  headers: [['content-type', 'text/plain'], ...extra],
  transport: 'proxy',
});

/** A scope over a cassette that answers `a` with `1` and then `2`, and `b` with `3`. */
function scopeWith(match: MatchOptions): TestScope {
  const lines = [
    { reel: 1, name: 'x', recordedAt: '2026-11-20T10:00:00Z', by: 'test', rules: '' },
    ...['a1', 'a2', 'b3'].flatMap(([body, answer], index) => [
      { request: index + 1, method: 'POST', url, headers: [['content-type', 'text/plain']], text: body },
      { response: index + 1, status: 200, headers: [], text: answer },
      { end: index + 1 },
    ]),
  ];
  const store = createMemoryStore();
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  store.update('x', () => ({ bytes, blobs: new Map() }));
  const recorder = createRecorder({
    mode: { mode: 'replay', source: 'test' },
    options: { match },
    environment: {},
  });
  return recorder.open({ cassette: 'x', store, test: 'x' });
}

function ask(scope: TestScope, body: string, extra?: readonly [string, string][]): string {
  const plan = scope.plan(head(extra));
  const decision = plan.kind === 'decide' ? plan.decide(Buffer.from(body)) : undefined;
  return decision?.kind === 'reply' ? Buffer.concat(decision.reply.chunks).toString() : 'none';
}

describe("with repeat: 'last'", () => {
  test('equal requests go through their recordings, and then get the last one for ever', () => {
    const scope = scopeWith({ repeat: 'last' });
    expect(['a', 'b', 'a', 'a', 'a', 'b', 'a'].map((body) => ask(scope, body))).toEqual([
      '1',
      '3',
      '2',
      '2',
      '2',
      '3',
      '2',
    ]);
    expect(scope.closeNow('passed')).toMatchObject({ replayed: 7, used: [0, 2, 1], misses: [], unused: [] });
  });

  test('another body is another request, however often one was answered', () => {
    const scope = scopeWith({ repeat: 'last' });
    for (const body of ['a', 'a', 'a', 'a']) ask(scope, body);
    expect(ask(scope, 'c')).toContain('REEL_NO_MATCH');
  });
});

test('a recording that answers a thousand times is one position of the report, and counted a thousand times', () => {
  const scope = scopeWith({ repeat: 'last' });
  for (let count = 0; count < 1000; count++) ask(scope, 'b');
  expect(scope.closeNow('passed')).toMatchObject({ replayed: 1000, used: [2] });
});

test.each<[string, MatchOptions]>([
  ['nothing repeats', {}],
  ['a header decides, too', { repeat: 'last', by: ['method', 'url', 'header:accept'] }],
  ['a function decides, too', { repeat: 'last', custom: [() => true] }],
])('nothing is remembered where %s', (_what, match) => {
  expect(RepeatedAnswers.for(match)).toBeUndefined();
});

test('a header that decides is looked at every time', () => {
  const scope = scopeWith({ repeat: 'last', by: ['method', 'url', 'body', 'header:accept'] });
  expect(['a', 'a', 'a'].map((body) => ask(scope, body))).toEqual(['1', '2', '2']);
  expect(ask(scope, 'a', [['accept', 'text/plain']])).toContain('REEL_NO_MATCH');
});
