import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';

import { createDesk, createEmbedder, type Desk } from '../src/index.ts';

describe('the handbook search', () => {
  let desk: Desk;

  // The index is embedded once for the file, and its traffic belongs to the file and not to whichever test comes first.
  before(async () => {
    desk = await createDesk({ provider: 'openai' });
    await desk.search('anything');
  });

  const questions = [
    ['How do I get limescale out of my kettle?', 'descaling-a-kettle'],
    ['Can a gift card be exchanged for money?', 'gift-cards'],
    ['Can I pause my coffee subscription?', 'subscriptions'],
  ];
  for (const [question, id] of questions) {
    it(`finds the article for "${question}"`, async () => {
      const [best] = await desk.search(question!);

      assert.equal(best?.article.id, id);
    });
  }

  it('gives as many articles as asked for, best first', async () => {
    const hits = await desk.search('How do I brew leaves of green tea?', { limit: 4 });

    assert.equal(hits.length, 4);
    assert.equal(hits[0]?.article.id, 'brewing-tea');
  });
});

it('embeds texts in the order given', async () => {
  const [kettle, again, grinder] = await createEmbedder().embed(['a kettle', 'a kettle', 'grinder burrs']);

  assert.equal(kettle?.length, 256);
  assert.deepEqual(again, kettle);
  assert.notDeepEqual(grinder, kettle);
});
