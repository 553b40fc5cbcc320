import type { TicketDraft } from './shop-data.ts';
import type { Classification } from './classify.ts';

export interface Ticket extends TicketDraft {
  /** `T-1001`. */
  readonly id: string;
  readonly status: 'open';
  /** Written by the model when somebody asked for it. */
  readonly summary?: string;
  readonly classification?: Classification;
}

export interface TicketStore {
  open(draft: TicketDraft): Ticket;
  get(id: string): Ticket | undefined;
  /** Oldest first. */
  list(): Ticket[];
  update(id: string, change: Pick<Ticket, 'summary'> | Pick<Ticket, 'classification'>): Ticket;
}

/**
 * Tickets in memory. Ids come from a counter and not from chance: the model is told the id of a ticket it opened, so the id is
 * part of the next prompt.
 */
export function createTicketStore(nextId: () => string = countFrom(1001)): TicketStore {
  const tickets = new Map<string, Ticket>();
  return {
    open(draft) {
      const ticket: Ticket = { id: nextId(), status: 'open', ...draft };
      tickets.set(ticket.id, ticket);
      return ticket;
    },
    get: (id) => tickets.get(id),
    list: () => [...tickets.values()],
    update(id, change) {
      const ticket = tickets.get(id);
      if (ticket === undefined) throw new Error(`there is no ticket ${id}`);
      const updated = { ...ticket, ...change };
      tickets.set(id, updated);
      return updated;
    },
  };
}

function countFrom(first: number): () => string {
  let next = first;
  return () => `T-${next++}`;
}
