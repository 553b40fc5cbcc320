import { describe, expect, test } from 'vitest';

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
    expect(answer.usage.inputTokens).toBeGreaterThan(answer.usage.outputTokens);
  });

  test('asks about two orders at the same time', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('What is the status of the orders KC-1041 and KC-1044?');

    expect(uses(answer)).toEqual(['1 look_up_order', '1 look_up_order']);
    expect(answer.tools.map(({ input }) => JSON.parse(input).orderId)).toEqual(['KC-1041', 'KC-1044']);
    expect(answer.text).toContain('KC-1041');
    expect(answer.text).toContain('KC-1044');
  });

  test('uses different tools in one turn', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('Can I get a refund for order KC-1041?');

    expect(uses(answer).toSorted()).toEqual(['1 check_refund', '1 look_up_order']);
    expect(answer.text).toContain('KC-1041');
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
    expect(uses(answer)).toContain('1 open_ticket');
    expect(opened).toHaveLength(1);
    expect(opened[0]!.details).toMatch(/lid|kettle|loose/);
    expect(opened[0]!.orderId).toBeNull();
    expect(answer.text).toContain(opened[0]!.id);
  });

  test('tells the model when an order does not exist, and the customer hears about it', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('What is the status of order KC-9999?');

    expect(answer.tools).toMatchObject([{ name: 'look_up_order', ok: false }]);
    expect(answer.text).toContain('KC-9999');
  });

  test('remembers what was said before', async () => {
    const desk = await createDesk({ provider });

    const answer = await desk.answer('And when does the parcel of that order KC-1042 arrive?', {
      history: [
        { from: 'customer', text: 'What did I order in KC-1042?' },
        { from: 'desk', text: 'Order KC-1042 is a hand grinder with paper filters.' },
      ],
    });

    expect(uses(answer)).toContain('2 track_shipment');
    expect(answer.text).toContain('PX-5530');
  });

  test('stops at its limit of turns', async () => {
    const desk = await createDesk({ provider, maxTurns: 1 });

    const answer = await desk.answer('Has order KC-1046 arrived?');

    expect(answer).toMatchObject({ stop: 'turn-limit', turns: 1 });
    expect(answer.text).toMatch(/ticket/);
  });
});
