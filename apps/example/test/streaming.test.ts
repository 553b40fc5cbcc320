import { describe, expect, test } from 'vitest';

import { createDesk, ModelFailure, providerNames } from '../src/index.ts';
import { collect } from './collect.ts';

describe.each(providerNames)('a streamed answer on %s', (provider) => {
  test('arrives in pieces that join to the whole', async () => {
    const desk = await createDesk({ provider });

    const events = await collect(desk.ask('What is your favorite color, and why?'));

    const pieces = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
    const last = events.at(-1);
    expect(pieces.length).toBeGreaterThan(2);
    expect(last).toMatchObject({ type: 'done', answer: { stop: 'answered', text: pieces.join('') } });
  });

  test('tells of a tool before its result, and of both before the answer', async () => {
    const desk = await createDesk({ provider });

    const events = await collect(desk.ask('Which items are in order KC-1043?'));

    const order = events.filter(({ type }) => type !== 'text').map(({ type }) => type);
    expect(order).toEqual(['tool-called', 'tool-finished', 'done']);
    const result = events.findIndex(({ type }) => type === 'tool-finished');
    const answer = events.slice(result).filter(({ type }) => type === 'text');
    expect(answer.length).toBeGreaterThan(2);
  });

  test('keeps letters whole that are longer than one byte', async () => {
    const desk = await createDesk({ provider });

    const events = await collect(desk.ask('Reply with exactly: Grüße, naïve façade, 茶とコーヒー ☕️'));

    expect(events.at(-1)).toMatchObject({ answer: { text: 'Grüße, naïve façade, 茶とコーヒー ☕️' } });
  });

  test('never starts for a reader who has left already', async () => {
    const desk = await createDesk({ provider });

    const asking = collect(desk.ask('Is anybody there?', { signal: AbortSignal.abort() }));

    await expect(asking).rejects.toSatisfy(
      (error) => error instanceof ModelFailure && error.kind === 'canceled',
    );
  });
});
