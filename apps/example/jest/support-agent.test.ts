import { describe, expect, test } from '@jest/globals';

import { createDesk, providerNames, type Answer } from '../src/index.ts';

/** `turn tool` of each use, in the order of the calls. */
function uses({ tools }: Answer): string[] {
  return tools.map(({ turn, name }) => `${turn} ${name}`);
}

describe.each(providerNames)('the support agent on %s', (provider) => {
  test('looks up the order first, then tracks its parcel', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('Where is the parcel of order KC-1042?');

    expect(uses(answer)).toEqual(['1 look_up_order', '2 track_shipment']);
    expect(JSON.parse(answer.tools[1]!.input)).toEqual({ trackingNumber: 'PX-5530' });
    expect(answer).toMatchObject({ stop: 'answered', turns: 3 });
    expect(answer.text).toContain('PX-5530');
  });

  test('asks about two orders at the same time', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('What is the status of the orders KC-1041 and KC-1044?');

    expect(uses(answer)).toEqual(['1 look_up_order', '1 look_up_order']);
    expect(answer.text).toContain('KC-1041');
    expect(answer.text).toContain('KC-1044');
  });

  test('answers from the handbook', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('How do I descale my kettle?');

    expect(uses(answer)).toEqual(['1 search_handbook']);
    expect(answer.text).toMatch(/descal|vinegar/i);
  });

  test('opens a ticket and tells its number', async () => {
    const desk = await createDesk({ provider });
    const before = desk.tickets.list().length;

    const answer = await desk.answer('Please open a ticket: the lid of my kettle is loose.');

    const opened = desk.tickets.list().slice(before);
    expect(opened).toHaveLength(1);
    expect(answer.text).toContain(opened[0]!.id);
  });
});
