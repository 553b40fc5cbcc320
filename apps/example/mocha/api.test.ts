import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';

import { providerNames, type Ticket } from '../src/index.ts';
import { collect } from '../test/collect.ts';
import { openDesk, type OpenDesk } from '../test/open-desk.ts';
import { readServerEvents } from '../test/read-server-events.ts';

for (const provider of providerNames) {
  describe(`the API on ${provider}`, () => {
    let desk: OpenDesk;

    beforeEach(async () => {
      desk = await openDesk(provider);
    });

    afterEach(() => desk[Symbol.asyncDispose]());

    it('streams an answer with the tools that were used', async () => {
      const response = await desk.ask('Where is the parcel of order KC-1041?');
      const events = await collect(readServerEvents(response));

      const called = events.flatMap(({ event, data }) => (event === 'tool-called' ? [data['name']] : []));
      assert.deepEqual(called, ['look_up_order', 'track_shipment']);
      assert.equal(events.at(-1)?.event, 'done');
    });

    it('summarizes and classifies a ticket of the list', async () => {
      await fetch(`${desk.url}/api/tickets/T-1001/summary`, { method: 'POST' });
      await fetch(`${desk.url}/api/tickets/T-1001/classification`, { method: 'POST' });
      const tickets = (await (await fetch(`${desk.url}/api/tickets`)).json()) as Ticket[];

      assert.deepEqual(
        tickets.map(({ id }) => id),
        ['T-1001', 'T-1002'],
      );
      assert.match(tickets[0]!.summary ?? '', /\w/);
      assert.ok(tickets[0]!.classification);
    });
  });
}
