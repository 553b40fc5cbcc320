/** A way to send one request in a benchmark. */
export type Client = 'fetch' | 'undici' | 'http';

/** One recorder under test. Each runs in a process of its own. */
export interface Contender {
  readonly name: string;
  /** Clients it can record or replay at all, by its own documentation or by trying. */
  readonly clients: readonly Client[];
  /** Whether it records, or only answers what it is given. */
  readonly records: boolean;
  /** Begins to record into a folder or to replay from it. Resolves to the stop function. */
  start(mode: 'record' | 'replay', folder: string, target: Target): Promise<() => Promise<void>>;
}

export interface Target {
  /** `http://127.0.0.1:PORT` of the loopback provider. */
  readonly url: string;
  /** Request bodies in the order they will be sent, with their answers: for contenders that record nothing. */
  readonly pairs: readonly { readonly body: string; readonly answer: string }[];
}
