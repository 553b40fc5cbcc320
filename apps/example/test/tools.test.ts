import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import type { Order, Shop } from '../src/desk/shop-data.ts';
import { createCheckRefund } from '../src/tools/check-refund.ts';
import { defineTool } from '../src/tools/tool.ts';
import { createToolbox } from '../src/tools/toolbox.ts';

const call = (name: string, input: string) => ({ id: 'call-1', name, input });

describe('the toolbox', () => {
  const toolbox = createToolbox([
    defineTool({
      name: 'double',
      description: 'Doubles a number.',
      input: z.strictObject({ value: z.int() }),
      run: ({ value }) => ({ value: value * 2 }),
    }),
    defineTool({
      name: 'fall_over',
      description: 'Does not work.',
      input: z.strictObject({}),
      run() {
        throw new Error('the password of the database is 1234');
      },
    }),
  ]);

  test('describes its tools with schemas that strict tools accept', () => {
    expect(toolbox.definitions[0]?.parameters).toEqual({
      type: 'object',
      properties: { value: expect.objectContaining({ type: 'integer' }) },
      required: ['value'],
      additionalProperties: false,
    });
  });

  test('gives the result as JSON', async () => {
    expect(await toolbox.run(call('double', '{"value":21}'))).toEqual({
      id: 'call-1',
      name: 'double',
      ok: true,
      output: '{"value":42}',
    });
  });

  test.each([
    ['an unknown tool', call('triple', '{}'), /no tool triple/],
    ['broken JSON', call('double', '{"value":'), /not valid JSON/],
    ['a wrong argument', call('double', '{"value":"many"}'), /value/],
    ['an argument too many', call('double', '{"value":1,"unit":"m"}'), /unit/],
  ])('tells the model about %s', async (_, wrong, message) => {
    expect(await toolbox.run(wrong)).toMatchObject({ ok: false, output: expect.stringMatching(message) });
  });

  test('keeps to itself what broke inside a tool', async () => {
    const { ok, output } = await toolbox.run(call('fall_over', '{}'));

    expect(ok).toBe(false);
    expect(output).not.toContain('password');
  });
});

const shop: Shop = { name: 'Shop', today: '2026-11-20', currency: 'EUR', refundDays: 30 };
const order = (change: Partial<Order>): Order => ({
  orderId: 'KC-1',
  status: 'delivered',
  items: [{ name: 'Kettle', kind: 'device', quantity: 1, price: 89 }],
  total: 89,
  trackingNumber: null,
  deliveredOn: '2026-10-21',
  ...change,
});

const check = (change: Partial<Order>, today: string): unknown =>
  createCheckRefund([order(change)], shop, () => today).run({ orderId: ' kc-1' });

describe('the refund check', () => {
  test('allows a return on the last day', () => {
    expect(check({}, '2026-11-20')).toMatchObject({ refundable: true, amount: 89, returnBy: '2026-11-20' });
  });

  test('refuses it a day later', () => {
    expect(check({}, '2026-11-21')).toMatchObject({
      refundable: false,
      reason: expect.stringContaining('2026-11-20'),
    });
  });

  test('gives the same words on every day before the last', () => {
    expect(check({}, '2026-10-22')).toEqual(check({}, '2026-11-19'));
  });

  test('refuses gift cards and what has not been delivered', () => {
    const card = { name: 'Gift card', kind: 'gift-card', quantity: 1, price: 50 } as const;

    expect(check({ items: [card] }, '2026-11-01')).toMatchObject({ refundable: false });
    expect(check({ status: 'shipped', deliveredOn: null }, '2026-11-01')).toMatchObject({
      refundable: false,
    });
  });
});
