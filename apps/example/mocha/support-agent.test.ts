import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { createDesk, providerNames, type Answer } from '../src/index.ts';

/** `turn tool` of each use, in the order of the calls. */
function uses({ tools }: Answer): string[] {
  return tools.map(({ turn, name }) => `${turn} ${name}`);
}

for (const provider of providerNames) {
  describe(`the support agent on ${provider}`, () => {
    it('looks up the order first, then tracks its parcel', async () => {
      const desk = await createDesk({ provider });

      const answer = await desk.answer('Where is the parcel of order KC-1042?');

      assert.deepEqual(uses(answer), ['1 look_up_order', '2 track_shipment']);
      assert.deepEqual(JSON.parse(answer.tools[1]!.input), { trackingNumber: 'PX-5530' });
      assert.equal(answer.stop, 'answered');
      assert.match(answer.text, /PX-5530/);
    });

    it('asks about two orders at the same time', async () => {
      const desk = await createDesk({ provider });

      const answer = await desk.answer('What is the status of the orders KC-1041 and KC-1044?');

      assert.deepEqual(uses(answer), ['1 look_up_order', '1 look_up_order']);
      assert.match(answer.text, /KC-1041/);
      assert.match(answer.text, /KC-1044/);
    });

    it('answers from the handbook', async () => {
      const desk = await createDesk({ provider });

      const answer = await desk.answer('How do I descale my kettle?');

      assert.deepEqual(uses(answer), ['1 search_handbook']);
      assert.match(answer.text, /descal|vinegar/i);
    });

    it('opens a ticket and tells its number', async () => {
      const desk = await createDesk({ provider });
      const before = desk.tickets.list().length;

      const answer = await desk.answer('Please open a ticket: the lid of my kettle is loose.');

      const opened = desk.tickets.list().slice(before);
      assert.equal(opened.length, 1);
      assert.ok(answer.text.includes(opened[0]!.id), answer.text);
    });
  });
}
