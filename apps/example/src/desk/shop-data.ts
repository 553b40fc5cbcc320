import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

const shop = z.object({
  name: z.string(),
  /** The day the sample data was taken, `YYYY-MM-DD`. */
  today: z.iso.date(),
  currency: z.string(),
  refundDays: z.int(),
});

const order = z.object({
  orderId: z.string(),
  status: z.enum(['processing', 'shipped', 'delivered']),
  items: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['device', 'food', 'gift-card']),
      quantity: z.int(),
      price: z.number(),
    }),
  ),
  total: z.number(),
  trackingNumber: z.string().nullable(),
  deliveredOn: z.iso.date().nullable(),
});

const shipment = z.object({
  trackingNumber: z.string(),
  carrier: z.string(),
  status: z.enum(['in transit', 'delayed', 'delivered']),
  expectedOn: z.iso.date().optional(),
  events: z.array(z.object({ on: z.iso.date(), where: z.string(), what: z.string() })),
});

const ticketDraft = z.object({
  subject: z.string(),
  details: z.string(),
  orderId: z.string().nullable(),
  priority: z.enum(['normal', 'high']),
});

export type Shop = z.infer<typeof shop>;
export type Order = z.infer<typeof order>;
export type Shipment = z.infer<typeof shipment>;
export type TicketDraft = z.infer<typeof ticketDraft>;

/** What a real shop would ask its own systems for; here, small files. */
export interface ShopData {
  readonly shop: Shop;
  readonly orders: readonly Order[];
  readonly shipments: readonly Shipment[];
  /** Tickets that are open already when the desk starts. */
  readonly tickets: readonly TicketDraft[];
}

/** Reads and checks the data files of a folder. Throws a `ZodError` that names the field when one is wrong. */
export async function readShopData(folder: string): Promise<ShopData> {
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, file), 'utf8'));
  const files = ['shop.json', 'orders.json', 'shipments.json', 'tickets.json'];
  const [shopFile, orders, shipments, tickets] = await Promise.all(files.map(read));
  return {
    shop: shop.parse(shopFile),
    orders: z.array(order).parse(orders),
    shipments: z.array(shipment).parse(shipments),
    tickets: z.array(ticketDraft).parse(tickets),
  };
}
