import { z } from 'zod';

import type { Order } from '../desk/shop-data.ts';
import { defineTool, ToolError, type Tool } from './tool.ts';

export const orderId = z.string().describe('Order number, such as KC-1001.');

/** Finds an order, forgiving about spaces and small letters as customers are. Throws `ToolError` when there is none. */
export function findOrder(orders: readonly Order[], id: string): Order {
  const wanted = id.trim().toUpperCase();
  const order = orders.find((order) => order.orderId === wanted);
  if (order === undefined)
    throw new ToolError(`There is no order ${wanted}. Ask the customer to check the number.`);
  return order;
}

export function createLookUpOrder(orders: readonly Order[]): Tool {
  return defineTool({
    name: 'look_up_order',
    description:
      'Looks up an order by its number: status, items, total, and the tracking number once it was shipped.',
    input: z.strictObject({ orderId }),
    run: ({ orderId }) => findOrder(orders, orderId),
  });
}
