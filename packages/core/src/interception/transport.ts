import type { Endpoint } from '../model/endpoint.ts';
import type { Exchange, ExchangeHead } from '../model/exchange.ts';
import type { HeaderList } from '../model/headers.ts';
import type { Reply } from '../model/reply.ts';
import type { SessionPlayer, SessionTap } from '../model/session-player.ts';
import type { Tap } from '../model/tap.ts';

/**
 * The contract between where traffic comes from (a transport) and what is done with it (the handler). A transport
 * only sees requests, asks, and carries the decision out; a new transport touches no decision code.
 *
 * The order of calls for one request:
 * 1. `plan(head)` as soon as method and URL are known, in the caller's async context (this binds the scope).
 * 2. `passthrough`: the transport steps aside. `stream`: call `open()` at once and stream both ways. `decide`: read the
 *    body whole, then call `decide(body)` and carry out the {@link Decision}.
 */
export interface ExchangeHandler {
  /**
   * Whether a TCP or TLS connection to this endpoint may carry traffic of interest. Asked for every connection the process
   * makes, so it is a cached look-up; `false` leaves the connection alone, byte for byte.
   */
  watches(endpoint: Endpoint): boolean;
  /**
   * A client is about to speak HTTP to this endpoint, whatever its port: from now on {@link watches} need not be careful about
   * databases there. Called before the connection is made.
   */
  speaksHttp?(endpoint: Endpoint): void;
  /**
   * What to do with a request. `scope` is what {@link captureScope} gave when the client made the request; without it
   * the current async context decides.
   */
  plan(head: ExchangeHead, scope?: ScopeRef): Plan;
  /** The same for a WebSocket handshake (RFC 6455), whose head has the transport `websocket` and an `http(s):` URL. */
  planSession?(head: ExchangeHead, scope?: ScopeRef): SessionPlan;
  /** The scope of the current async context, to be handed to {@link plan} later. `undefined` outside any scope. */
  captureScope(): ScopeRef | undefined;
  /**
   * Whether a raw connection (one that carries what a faster layer already decided) may be opened to a watched endpoint now.
   * Returns the error to fail the connection with, or `undefined` when it may. The guard of replay: nothing gets out.
   */
  refusesConnection(endpoint: Endpoint): Error | undefined;
}

/** Opaque to transports: a handle on the test scope a request belongs to. */
export type ScopeRef = object;

/** First answer about a request, from its head alone. */
export type Plan =
  /** Not Reel's business: the client's own code goes on untouched. */
  | { readonly kind: 'passthrough' }
  /** Recording unconditionally: send it upstream at once and stream the request body as it comes. */
  | { readonly kind: 'stream'; open(): Upstream }
  /** The body is part of the question: read it whole (replay, record-if-missing, once). */
  | { readonly kind: 'decide'; decide(body: Uint8Array): Decision };

/** First answer about a WebSocket handshake. */
export type SessionPlan =
  /** Not Reel's business: what follows is tunnelled. */
  { readonly kind: 'passthrough' } | { readonly kind: 'session'; open(): SessionDecision };

/** What becomes of a WebSocket handshake. */
export type SessionDecision =
  /** Accept it; the player speaks for the server. */
  | { readonly kind: 'play'; readonly player: SessionPlayer }
  /** Let the client talk to the real server and listen. */
  | {
      readonly kind: 'upstream';
      readonly upstream: Omit<Upstream, 'tap'> & { readonly tap: SessionTap };
    }
  /** The handshake was refused when it was recorded, or failed. */
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'fail'; readonly error: Error };

export type Decision =
  /** Answer from tape, or with the synthetic answer of a miss. */
  | { readonly kind: 'reply'; readonly reply: Reply }
  /** Go upstream and record. The request body was already given. */
  | { readonly kind: 'upstream'; readonly upstream: Upstream }
  /** Fail the request as a network error would (connection reset, DNS failure from tape, scope closed). */
  | { readonly kind: 'fail'; readonly error: Error };

/** An exchange on its way to the provider while Reel listens. */
export interface Upstream {
  /** Where to send it: the client's URL, or the pinned gateway of `upstreams`. Path and query are complete. */
  readonly url: string;
  /** Headers to send when they differ from the client's (a pinned host); otherwise `undefined`. */
  readonly headers?: HeaderList;
  readonly tap: Tap;
}

/** One hook where traffic enters. */
export interface Transport {
  readonly name: string;
  /** It listens on what several sandboxes of a process share (built-in modules), not on globals of its own. */
  readonly isShared?: boolean;
  /** Starts to listen. Idempotent: a second call with the same handler changes nothing. */
  enable(handler: ExchangeHandler): void;
  /** Restores what {@link enable} changed, except where somebody else patched on top since. */
  disable(): void;
}

export type { Endpoint, Exchange, ExchangeHead, Reply, SessionPlayer, SessionTap, Tap };
