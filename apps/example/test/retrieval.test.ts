import { beforeAll, describe, expect, test } from 'vitest';

import { createDesk, createEmbedder, type Desk } from '../src/index.ts';

describe('the handbook search', () => {
  let desk: Desk;

  // The index is embedded once for the file, and its traffic belongs to the file and not to whichever test comes first.
  beforeAll(async () => {
    desk = await createDesk({ provider: 'openai' });
    await desk.search('anything');
  });

  test.each([
    ['How do I get limescale out of my kettle?', 'descaling-a-kettle'],
    ['Can a gift card be exchanged for money?', 'gift-cards'],
    ['My grinder handle turns but nothing comes out of the burrs', 'cleaning-a-grinder'],
    ['How many working days does standard delivery take abroad?', 'delivery-times'],
    ['Can I pause my coffee subscription?', 'subscriptions'],
  ])('finds the article for "%s"', async (question, id) => {
    const [best] = await desk.search(question);

    expect(best?.article.id).toBe(id);
    expect(best?.score).toBeGreaterThan(0);
  });

  test('gives as many articles as asked for, best first', async () => {
    const hits = await desk.search('How do I brew leaves of green tea?', { limit: 4 });

    const scores = hits.map(({ score }) => score);
    expect(hits).toHaveLength(4);
    expect(hits[0]?.article.id).toBe('brewing-tea');
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });
});

test('embeds texts in the order given', async () => {
  const embedder = createEmbedder();

  const [kettle, again, grinder] = await embedder.embed(['a kettle', 'a kettle', 'grinder burrs']);

  expect(kettle).toHaveLength(256);
  expect(again).toEqual(kettle);
  expect(grinder).not.toEqual(kettle);
});
