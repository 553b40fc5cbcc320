import type { Agent } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import type { Endpoint } from '../model/endpoint.ts';
import type { ConnectOptions } from './connect-arguments.ts';
import type { Peer } from './peer.ts';
import type { OriginalConnects } from './real-network.ts';
import type { ExchangeHandler, ScopeRef } from './transport.ts';

/** What is known of a request that is about to come over a connection. */
export interface Ticket {
  /** Who made it. */
  readonly scope: ScopeRef | undefined;
  /** A faster layer decided it already: it only passes through. */
  readonly isClaimed: boolean;
}

/** One connection that is served in process, from the client's connect to its close. */
export class ServedConnection {
  readonly peer: Peer;
  readonly endpoint: Endpoint;
  /** What the client's connect call said; the way upstream is opened with the same. */
  readonly options: ConnectOptions;
  readonly originals: OriginalConnects;
  /** The handler of the moment; none once the transport was disabled. */
  readonly handler: () => ExchangeHandler | undefined;
  /** HTTP/1 requests come in the order they were announced in. */
  readonly #tickets: Ticket[] = [];
  /** HTTP/2 requests are told apart by the number of their stream. */
  readonly #streamTickets = new Map<number, Ticket>();
  /** Several exchanges at once (HTTP/2). */
  isMultiplexed = false;
  /** The ticket of the HTTP/2 request that undici is about to make. */
  nextStream: Ticket | undefined;
  #writer: ScopeRef | undefined;
  #running = 0;
  #closesWhenIdle = false;
  /** Real connections behind this one, by origin. They live and die with it, so nothing of one client is used by another. */
  readonly agents = new Map<string, Agent>();
  session: ClientHttp2Session | undefined;

  constructor(
    peer: Peer,
    options: ConnectOptions,
    originals: OriginalConnects,
    handler: () => ExchangeHandler | undefined,
  ) {
    this.peer = peer;
    this.endpoint = peer.endpoint;
    this.options = options;
    this.originals = originals;
    this.handler = handler;
    // The last resort for clients that announce nothing: who writes while nothing is under way, asks.
    peer.onClientWrite = () => {
      if (this.isIdle && !this.isMultiplexed) this.#writer = handler()?.captureScope();
    };
    peer.once('close', () => {
      for (const agent of this.agents.values()) agent.destroy();
      this.session?.destroy();
    });
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#tickets.length === 0;
  }

  /** Announces the next HTTP/1 request. */
  announce(ticket: Ticket): void {
    this.#tickets.push(ticket);
  }

  /** As {@link announce}, where a connection carries one request at a time: what was announced and never came is forgotten. */
  announceOnly(ticket: Ticket): void {
    this.#tickets.length = 0;
    this.#tickets.push(ticket);
  }

  announceStream(id: number, ticket: Ticket): void {
    this.#streamTickets.set(id, ticket);
  }

  takeTicket(): Ticket {
    return this.#tickets.shift() ?? { scope: this.#writer, isClaimed: false };
  }

  takeStreamTicket(id: number): Ticket | undefined {
    const ticket = this.#streamTickets.get(id);
    this.#streamTickets.delete(id);
    return ticket;
  }

  exchangeStarts(): void {
    this.#running++;
  }

  exchangeEnds(): void {
    this.#running--;
    if (this.#closesWhenIdle && this.isIdle) this.peer.hangUp();
  }

  /** Closes the connection now, or after the exchanges that are under way. */
  retire(): void {
    this.#closesWhenIdle = true;
    if (this.isIdle) this.peer.vanish();
  }
}
