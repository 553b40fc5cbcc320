import { beforeAll, describe, expect, test } from '@jest/globals';

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
    ['Can I pause my coffee subscription?', 'subscriptions'],
  ])('finds the article for "%s"', async (question, id) => {
    const [best] = await desk.search(question);

    expect(best?.article.id).toBe(id);
  });

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
