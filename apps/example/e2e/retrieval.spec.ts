import { expect, test } from '@reel/playwright';

import { createDesk, createEmbedder, type Desk } from '../src/index.ts';

test.describe('the handbook search', () => {
  let desk: Desk;

  // The index is embedded once for each worker, and its traffic belongs to the file and not to whichever test comes first.
  test.beforeAll(async () => {
    desk = await createDesk({ provider: 'openai' });
    await desk.search('anything');
  });

  const questions = [
    ['How do I get limescale out of my kettle?', 'descaling-a-kettle'],
    ['Can a gift card be exchanged for money?', 'gift-cards'],
    ['Can I pause my coffee subscription?', 'subscriptions'],
  ] as const;
  for (const [question, id] of questions) {
    test(`finds the article for "${question}"`, async () => {
      const [best] = await desk.search(question);

      expect(best?.article.id).toBe(id);
    });
  }

  test('gives as many articles as asked for, best first', async () => {
    const hits = await desk.search('How do I brew leaves of green tea?', { limit: 4 });

    expect(hits).toHaveLength(4);
    expect(hits[0]?.article.id).toBe('brewing-tea');
  });
});

test('embeds texts in the order given', async () => {
  const [kettle, again, grinder] = await createEmbedder().embed(['a kettle', 'a kettle', 'grinder burrs']);

  expect(kettle).toHaveLength(256);
  expect(again).toEqual(kettle);
  expect(grinder).not.toEqual(kettle);
});
