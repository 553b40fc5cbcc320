import type { Readable } from 'node:stream';
import type { HeaderList } from '../model/headers.ts';

/** The client's half of one exchange, whatever its protocol: what it asks, and how to answer it. */
export interface ClientSide {
  readonly protocol: 'http1' | 'http2';
  readonly method: string;
  /** Path and query as sent, or an absolute URL. */
  readonly target: string;
  readonly headers: HeaderList;
  /** The request body; ends at once when there is none. */
  readonly body: Readable;
  /** Whether the head alone says that no body follows. */
  readonly isBodyEmpty: boolean;
  /** Trailers of the request, complete when {@link body} has ended. */
  trailers(): HeaderList;
  /** Whether the client waits for {@link proceed} before it sends its body (`Expect: 100-continue`). */
  readonly awaitsContinue: boolean;
  proceed(): void;
  /** An interim answer (102, 103); dropped where the protocol or Node has no way to send it. */
  inform(status: number, headers: HeaderList): void;
  /** The final response head. */
  head(status: number, statusText: string, headers: HeaderList): void;
  /** Sends the head now: the body may be long in coming. */
  flushHead(): void;
  /** A piece of the response body. `false`: hold on until {@link onDrain}. */
  write(bytes: Uint8Array): boolean;
  onDrain(callback: () => void): void;
  end(trailers?: HeaderList): void;
  /** Fails the client as the network would: its socket gets this error. */
  fail(error: Error): void;
  /** Ends the connection in the middle, without an error: the client reads an end. */
  hangUp(): void;
  /** Calls back when the client left before its answer was complete. */
  onGone(callback: () => void): void;
}
