import { expect, test } from '@reel/playwright';

import { createDesk, providerNames } from '../src/index.ts';
import { collect } from '../test/collect.ts';

for (const provider of providerNames) {
  test.describe(`a streamed answer on ${provider}`, () => {
    test('arrives in pieces that join to the whole', async () => {
      const desk = await createDesk({ provider });

      const events = await collect(desk.ask('What is your favorite color, and why?'));

      const pieces = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
      expect(pieces.length).toBeGreaterThan(2);
      expect(events.at(-1)).toMatchObject({
        type: 'done',
        answer: { stop: 'answered', text: pieces.join('') },
      });
    });

    test('tells of a tool before its result, and of both before the answer', async () => {
      const desk = await createDesk({ provider });

      const events = await collect(desk.ask('Which items are in order KC-1043?'));

      const order = events.filter(({ type }) => type !== 'text').map(({ type }) => type);
      expect(order).toEqual(['tool-called', 'tool-finished', 'done']);
    });

    test('keeps letters whole that are longer than one byte', async () => {
      const desk = await createDesk({ provider });

      const events = await collect(desk.ask('Reply with exactly: Grüße, naïve façade, 茶とコーヒー ☕️'));

      expect(events.at(-1)).toMatchObject({ answer: { text: 'Grüße, naïve façade, 茶とコーヒー ☕️' } });
    });
  });
}
