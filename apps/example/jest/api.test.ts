import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { providerNames } from '../src/index.ts';
import { collect } from '../test/collect.ts';
import { openDesk, type OpenDesk } from '../test/open-desk.ts';
import { readServerEvents } from '../test/read-server-events.ts';

describe.each(providerNames)('the API on %s', (provider) => {
  let desk: OpenDesk;

  beforeEach(async () => {
    desk = await openDesk(provider);
  });

  afterEach(() => desk[Symbol.asyncDispose]());

  test('streams an answer with the tools that were used', async () => {
    const response = await desk.ask('Where is the parcel of order KC-1041?');
    const events = await collect(readServerEvents(response));

    const called = events.flatMap(({ event, data }) => (event === 'tool-called' ? [data['name']] : []));
    expect(called).toEqual(['look_up_order', 'track_shipment']);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { stop: 'answered', turns: 3 } });
  });

  test('summarizes and classifies a ticket of the list', async () => {
    await fetch(`${desk.url}/api/tickets/T-1001/summary`, { method: 'POST' });
    await fetch(`${desk.url}/api/tickets/T-1001/classification`, { method: 'POST' });
    const tickets = await (await fetch(`${desk.url}/api/tickets`)).json();

    expect(tickets).toMatchObject([
      { id: 'T-1001', summary: expect.stringMatching(/\w/), classification: { urgency: expect.any(String) } },
      { id: 'T-1002' },
    ]);
  });
});
