import { z } from 'zod';

import type { Order, Shop } from '../desk/shop-data.ts';
import { findOrder, orderId } from './look-up-order.ts';
import { defineTool, type Tool } from './tool.ts';

/**
 * Whether an order can be refunded is decided by code and only told by the model. `today` is `YYYY-MM-DD`; the result holds no
 * date of its own but the last day for a return, so that asking again tomorrow gives the same words.
 */
export function createCheckRefund(orders: readonly Order[], shop: Shop, today: () => string): Tool {
  return defineTool({
    name: 'check_refund',
    description: 'Checks whether the goods of an order can go back for a refund, and until when.',
    input: z.strictObject({ orderId }),
    run({ orderId: id }) {
      const { orderId, items, total, deliveredOn } = findOrder(orders, id);
      const refuse = (reason: string) => ({ orderId, refundable: false, reason });
      if (items.every(({ kind }) => kind === 'gift-card')) return refuse('Gift cards are not refundable.');
      if (deliveredOn === null) return refuse('It has not been delivered yet; it may be canceled instead.');
      const returnBy = addDays(deliveredOn, shop.refundDays);
      if (today() > returnBy) return refuse(`The ${shop.refundDays} days for returns ended on ${returnBy}.`);
      return { orderId, refundable: true, amount: total, currency: shop.currency, returnBy };
    },
  });
}

function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
