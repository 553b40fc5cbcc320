import { describe, expect, test } from 'vitest';

import { createDesk, providerNames } from '../src/index.ts';

describe.each(providerNames)('a summary on %s', (provider) => {
  test('is written onto the ticket in one piece', async () => {
    const desk = await createDesk({ provider });

    const ticket = await desk.summarizeTicket('T-1002');

    expect(ticket.summary).toMatch(/teapot|parcel|pieces|broken/i);
    expect(desk.tickets.get('T-1002')).toEqual(ticket);
  });

  test('of a ticket that does not exist asks nobody', async () => {
    const desk = await createDesk({ provider });

    await expect(desk.summarizeTicket('T-9999')).rejects.toThrow('T-9999');
  });
});

test.concurrent.each(['T-1001', 'T-1002'])('%s is summarized beside its neighbor', async (id) => {
  const desk = await createDesk({ provider: 'openai' });

  const { summary } = await desk.summarizeTicket(id);

  expect(summary).toMatch(id === 'T-1001' ? /handle|grinder|coffee/i : /teapot|parcel|present/i);
});
