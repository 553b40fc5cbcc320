import type { Chunk } from './chunk.ts';
import type { HeaderList } from './headers.ts';
import type { Session } from './session.ts';

/** The request half of an {@link Interaction}: always redacted, because it is on tape. */
export interface RecordedRequest {
  readonly method: string;
  /** Absolute public URL, secrets removed. */
  readonly url: string;
  readonly headers: HeaderList;
  /** Whole request body; empty when there was none. */
  readonly body: Uint8Array;
}

/** Status line and headers of a recorded response. The body is in {@link Interaction.chunks}. */
export interface RecordedResponse {
  readonly status: number;
  /** Reason phrase; absent when it is the standard one of the status, or the protocol has none (HTTP/2). */
  readonly statusText?: string;
  /**
   * As received. `content-encoding` stays, although {@link Interaction.chunks} are decoded: transports that hand raw
   * bytes to the client compress again.
   */
  readonly headers: HeaderList;
}

/** How the exchange ended on the wire. */
export type Ending =
  | { readonly kind: 'end'; readonly trailers?: HeaderList }
  | {
      readonly kind: 'aborted';
      /** Who cut it: the application (abort, timeout, early close) or the network and the server. */
      readonly by: 'client' | 'upstream';
      /** Node or undici error code (`ECONNRESET`, `ENOTFOUND`, `UND_ERR_SOCKET`...); absent for a client abort. */
      readonly code?: string;
      readonly message?: string;
    };

/** A request and its response on tape. */
export interface Interaction {
  readonly request: RecordedRequest;
  /** Absent when no response arrived at all: DNS failure, refused connection, hang-up before headers. */
  readonly response?: RecordedResponse;
  /**
   * The response body with `content-encoding` removed; concatenated, the exact decoded bytes.
   * Streams have one chunk per event, line or frame; other bodies have one chunk, or none when empty.
   */
  readonly chunks: readonly Chunk[];
  readonly ending: Ending;
  /**
   * What followed a handshake that was accepted: the interaction is a WebSocket session. Its request has a `ws:` or `wss:` URL and
   * no body, its response is the accepting one (101), it has no chunks, and `ending` is `aborted` when the session was cut.
   */
  readonly session?: Session;
}
