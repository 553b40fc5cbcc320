import type { HeaderList } from './headers.ts';

/** The hook a request was seen by. `socket` covers every client whose own code runs down to the connection. */
export type TransportName = 'fetch' | 'undici' | 'socket' | 'http2' | 'websocket' | 'proxy' | 'page';

/** The head of a request in flight: what is known before its body. */
export interface ExchangeHead {
  readonly method: string;
  /** Absolute URL as the client asked for it, secrets included: never printed or stored as it is. */
  readonly url: string;
  /** As sent, secrets included. */
  readonly headers: HeaderList;
  readonly transport: TransportName;
}

/** A request in flight whose body was read whole. */
export interface Exchange extends ExchangeHead {
  /** Empty when there is none. */
  readonly body: Uint8Array;
}
