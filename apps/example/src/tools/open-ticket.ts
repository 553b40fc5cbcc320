import { z } from 'zod';

import type { Order } from '../desk/shop-data.ts';
import type { TicketStore } from '../desk/ticket-store.ts';
import { defineTool, type Tool } from './tool.ts';

export function createOpenTicket(tickets: TicketStore, orders: readonly Order[]): Tool {
  return defineTool({
    name: 'open_ticket',
    description:
      'Opens a ticket for the human team: for cancellations, damage, repairs, exceptions, and whenever the customer asks for a person.',
    input: z.strictObject({
      subject: z.string().describe('One line.'),
      details: z
        .string()
        .describe('What happened and what the customer wishes, for a colleague who was not there.'),
      orderId: z.string().nullable().describe('Order number, or null when it is not about an order.'),
      priority: z.enum(['normal', 'high']),
    }),
    run(draft) {
      // Models fill in what they do not know. A ticket is never lost to that; it only does not name a wrong order.
      const order = orders.find(({ orderId }) => orderId === draft.orderId);
      const { id } = tickets.open({ ...draft, orderId: order?.orderId ?? null });
      return { ticketId: id };
    },
  });
}
