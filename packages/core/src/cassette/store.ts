/**
 * Where cassettes live. Synchronous on purpose: a request is answered, and a process exit is handled, without a turn of
 * the event loop, and files are opened only when a test makes its first call.
 *
 * Names are portable relative paths with `/` (`chat/summarizes-an-article`), made by `cassetteName`; they never
 * contain `..` and have no extension.
 */
export interface CassetteStore {
  /** Absolute path of the folder, for stores that have one: two stores of one folder hold the same cassettes. */
  readonly root?: string;
  /** The stored bytes, or `undefined` when there is no such cassette. Throws `REEL_STORE_UNREADABLE` otherwise. */
  read(name: string): StoredCassette | undefined;
  /**
   * Replaces a cassette under a lock that holds between processes. `change` gets what is stored at that moment and
   * returns what is to be stored (`undefined`: leave as it is). Old or new is on disk at any instant, never a mixture.
   * Throws `REEL_STORE_UNWRITABLE`, `REEL_CASSETTE_LOCKED`, and whatever `change` throws (nothing is written then).
   */
  update(name: string, change: (current: StoredCassette | undefined) => CassetteFiles | undefined): void;
  exists(name: string): boolean;
  /** All names, sorted. Temporary files, locks and journals are not listed. */
  list(): string[];
  remove(name: string): void;
  /** A large body kept beside the cassette, by its hash. */
  readBlob(name: string, hash: string): Uint8Array | undefined;
  /** Opens the journal in which a recording grows while its test runs. */
  journal(name: string): Journal;
  /** Where a person finds it: a path relative to the working directory, or a label for stores without files. */
  locate(name: string): string;
}

export interface StoredCassette {
  readonly bytes: Uint8Array;
  /** Changes whenever the bytes change; compares equal when they do not. */
  readonly revision: string;
}

/** A cassette and the blobs it refers to. Blobs no longer referred to are removed by the store. */
export interface CassetteFiles {
  readonly bytes: Uint8Array;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/**
 * Append-only file beside the cassette. Survives a killed process, and is removed when the recording is finished
 * or discarded. Creating the file is left until the first append.
 */
export interface Journal {
  append(bytes: Uint8Array): void;
  /** Removes the journal. */
  discard(): void;
}
