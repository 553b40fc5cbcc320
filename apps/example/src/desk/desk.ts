import { fileURLToPath } from 'node:url';

import type { AgentEvent, Answer } from '../agent/agent-event.ts';
import { agentInstructions } from '../agent/instructions.ts';
import { runAgent } from '../agent/run-agent.ts';
import { spokenReply, type Turn } from '../llm/conversation.ts';
import { createChatModel } from '../llm/create-chat-model.ts';
import { createEmbedder } from '../llm/embedder.ts';
import type { ProviderName } from '../llm/provider-name.ts';
import { createHandbookSearch, type Hit } from '../retrieval/handbook-search.ts';
import { readHandbook } from '../retrieval/read-handbook.ts';
import { createCheckRefund } from '../tools/check-refund.ts';
import { createLookUpOrder } from '../tools/look-up-order.ts';
import { createOpenTicket } from '../tools/open-ticket.ts';
import { createSearchHandbook } from '../tools/search-handbook.ts';
import { createToolbox } from '../tools/toolbox.ts';
import { createTrackShipment } from '../tools/track-shipment.ts';
import { classify, type Classification } from './classify.ts';
import { readShopData } from './shop-data.ts';
import { summarize } from './summarize.ts';
import { createTicketStore, type Ticket, type TicketStore } from './ticket-store.ts';

export interface DeskOptions {
  readonly provider: ProviderName;
  /** Name of the chat model; by default a small, quick one of the provider. */
  readonly model?: string | undefined;
  /** Most calls to the model for one question. Default 6. */
  readonly maxTurns?: number | undefined;
  /** Today as `YYYY-MM-DD`. By default the day the sample data was taken, because its orders do not age either. */
  readonly today?: () => string;
  /** Gives the id of the next ticket. By default `T-1001`, `T-1002`... for each desk. */
  readonly nextTicketId?: () => string;
}

export interface Message {
  readonly from: 'customer' | 'desk';
  readonly text: string;
}

export interface AskOptions {
  /** What was said before, oldest first. */
  readonly history?: readonly Message[];
  readonly signal?: AbortSignal | undefined;
}

/** The support desk: everything the shop can ask of it, without HTTP. All methods that ask a model throw `ModelFailure`. */
export interface Desk {
  /** Answers a question, telling what happens while it happens. Leaving the loop early ends the calls in progress. */
  ask(question: string, options?: AskOptions): AsyncGenerator<AgentEvent, void, undefined>;
  /** Answers a question in one piece. */
  answer(question: string, options?: AskOptions): Promise<Answer>;
  /** The articles of the handbook nearest to a question. */
  search(question: string, options?: { limit?: number; signal?: AbortSignal | undefined }): Promise<Hit[]>;
  classify(message: string, signal?: AbortSignal): Promise<Classification>;
  /** Writes the summary of a ticket onto it. */
  summarizeTicket(id: string, signal?: AbortSignal): Promise<Ticket>;
  /** Writes category and urgency onto a ticket. */
  classifyTicket(id: string, signal?: AbortSignal): Promise<Ticket>;
  readonly tickets: Pick<TicketStore, 'get' | 'list'>;
}

/** Builds a desk from the sample shop. Nothing is asked of a provider before the first question. */
export async function createDesk(options: DeskOptions): Promise<Desk> {
  const [{ shop, orders, shipments, tickets: openTickets }, articles] = await Promise.all([
    readShopData(folder('data')),
    readHandbook(folder('handbook')),
  ]);
  const { provider, maxTurns = 6, today = () => shop.today, nextTicketId } = options;

  const model = createChatModel(provider, options.model);
  const handbook = createHandbookSearch(articles, createEmbedder());
  const tickets = createTicketStore(nextTicketId);
  for (const draft of openTickets) tickets.open(draft);
  const toolbox = createToolbox([
    createLookUpOrder(orders),
    createTrackShipment(shipments),
    createCheckRefund(orders, shop, today),
    createSearchHandbook(handbook),
    createOpenTicket(tickets, orders),
  ]);
  const instructions = agentInstructions(shop.name);

  const ask: Desk['ask'] = (question, { history = [], signal } = {}) => {
    const turns: Turn[] = [...history.map(toTurn), { role: 'customer', text: question }];
    return runAgent({ model, toolbox, instructions, turns, maxTurns, signal });
  };

  const existing = (id: string): Ticket => {
    const ticket = tickets.get(id);
    if (ticket === undefined) throw new Error(`there is no ticket ${id}`);
    return ticket;
  };

  return {
    ask,
    async answer(question, askOptions) {
      for await (const event of ask(question, askOptions)) if (event.type === 'done') return event.answer;
      throw new Error('the agent ended without an answer');
    },
    search: (question, searchOptions) => handbook.search(question, searchOptions),
    classify: (message, signal) => classify(model, message, signal),
    async summarizeTicket(id, signal) {
      return tickets.update(id, { summary: await summarize(model, existing(id), signal) });
    },
    async classifyTicket(id, signal) {
      const { subject, details } = existing(id);
      return tickets.update(id, {
        classification: await classify(model, `${subject}\n\n${details}`, signal),
      });
    },
    tickets,
  };
}

function toTurn({ from, text }: Message): Turn {
  return from === 'customer' ? { role: 'customer', text } : { role: 'assistant', reply: spokenReply(text) };
}

function folder(name: string): string {
  return fileURLToPath(new URL(`../../${name}/`, import.meta.url));
}
