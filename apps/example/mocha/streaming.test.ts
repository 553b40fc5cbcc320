import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { createDesk, providerNames, type AgentEvent, type Answer } from '../src/index.ts';
import { collect } from '../test/collect.ts';

function answerOf(events: readonly AgentEvent[]): Answer {
  const last = events.at(-1);
  assert.ok(last?.type === 'done', `the last event is ${last?.type}`);
  return last.answer;
}

for (const provider of providerNames) {
  describe(`a streamed answer on ${provider}`, () => {
    it('arrives in pieces that join to the whole', async () => {
      const desk = await createDesk({ provider });

      const events = await collect(desk.ask('What is your favorite color, and why?'));

      const pieces = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
      assert.ok(pieces.length > 2);
      assert.equal(answerOf(events).text, pieces.join(''));
    });

    it('tells of a tool before its result, and of both before the answer', async () => {
      const desk = await createDesk({ provider });

      const events = await collect(desk.ask('Which items are in order KC-1043?'));

      const order = events.filter(({ type }) => type !== 'text').map(({ type }) => type);
      assert.deepEqual(order, ['tool-called', 'tool-finished', 'done']);
    });

    it('keeps letters whole that are longer than one byte', async () => {
      const desk = await createDesk({ provider });

      const events = await collect(desk.ask('Reply with exactly: Grüße, naïve façade, 茶とコーヒー ☕️'));

      assert.equal(answerOf(events).text, 'Grüße, naïve façade, 茶とコーヒー ☕️');
    });
  });
}
