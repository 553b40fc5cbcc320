/** How a server is spoken to. `h2c` is HTTP/2 without TLS, known beforehand. */
export type Scheme = 'http' | 'https' | 'h2c' | 'h2';

/** What not every client can do or show. Cases that need one are left out for a client that lacks it. */
export type Ability =
  /** Send `Expect: 100-continue` and hold the body back. */
  | 'expect-continue'
  /** Show trailers. */
  | 'trailers'
  /** Send a body piece by piece. */
  | 'streamed-upload'
  /** Keep a connection and use it again. */
  | 'keep-alive'
  /** Show response headers in their order, repeated ones apart. */
  | 'raw-headers';

/** A request as the suite asks for it. */
export interface Sent {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An array is sent piece by piece, without a length. */
  readonly body?: Uint8Array | readonly Uint8Array[];
  /** Leave when this many bytes of the body were seen; 0 leaves as soon as the request is out. */
  readonly leaveAfter?: number;
  /** Leave when nothing came for this many milliseconds. */
  readonly patience?: number;
  /** Milliseconds to rest after each piece: a slow reader. */
  readonly rest?: number;
}

/** What a client saw. */
export interface Seen {
  readonly status?: number;
  readonly statusText?: string;
  /** Names in lower case. */
  readonly headers?: readonly (readonly [string, string])[];
  /** Pieces as the client was given them. */
  readonly pieces: readonly Uint8Array[];
  readonly trailers?: readonly (readonly [string, string])[];
  /** Milliseconds at which the head and the end were seen. */
  readonly headAt?: number;
  readonly endAt?: number;
  /** Code of the error it ended with; `left` when the suite told it to leave. */
  readonly error?: string;
}

export interface OpenClient {
  /** Never rejects: a failure is something seen. */
  send(request: Sent): Promise<Seen>;
  close(): void | Promise<void>;
}

/** A client of some library, ready for the suite. */
export interface ConformanceClient {
  readonly name: string;
  readonly schemes: readonly Scheme[];
  readonly lacks?: readonly Ability[];
  /** A client with a pool of its own. `ca`: the certificate of the suite's servers. */
  open(scheme: Scheme, ca: string): OpenClient;
}
