import type { StoredCassette } from '../store.ts';

/**
 * Bytes as they were read. The revision is a hash of the content, so that it changes with the bytes and with nothing
 * else (a checkout or a copy touches times and inodes); it is made when it is first asked for, because replaying a large
 * cassette never asks.
 */
export class StoredBytes implements StoredCassette {
  readonly bytes: Uint8Array;
  #revision: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get revision(): string {
    this.#revision ??= process.getBuiltinModule('node:crypto').hash('sha256', this.bytes, 'hex');
    return this.#revision;
  }
}
