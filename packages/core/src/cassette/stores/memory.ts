import { checkCassetteName } from '../name.ts';
import type { CassetteFiles, CassetteStore, Journal, StoredCassette } from '../store.ts';
import { nestedUpdate } from './nested-update.ts';
import { StoredBytes } from './stored-bytes.ts';

interface Entry {
  readonly stored: StoredBytes;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/** Cassettes that last as long as the process: for tests, and for recordings that are not to be kept. */
export function createMemoryStore(): CassetteStore {
  const entries = new Map<string, Entry>();
  const updating = new Set<string>();

  return {
    read: (name): StoredCassette | undefined => entries.get(checkCassetteName(name))?.stored,
    update(name, change): void {
      const key = checkCassetteName(name);
      if (updating.has(key)) throw nestedUpdate(this.locate(name));
      updating.add(key);
      try {
        const next = change(entries.get(key)?.stored);
        if (next !== undefined) entries.set(key, copyOf(next));
      } finally {
        updating.delete(key);
      }
    },
    exists: (name) => entries.has(checkCassetteName(name)),
    list: () => [...entries.keys()].toSorted(),
    remove: (name) => void entries.delete(checkCassetteName(name)),
    readBlob: (name, hash) => entries.get(checkCassetteName(name))?.blobs.get(hash),
    journal: (name) => memoryJournal(checkCassetteName(name)),
    locate: (name) => `memory:${checkCassetteName(name)}`,
  };
}

/** What was stored must not change when the caller uses its arrays again. */
function copyOf({ bytes, blobs }: CassetteFiles): Entry {
  return {
    stored: new StoredBytes(Uint8Array.from(bytes)),
    blobs: new Map([...blobs].map(([hash, blob]) => [hash, Uint8Array.from(blob)])),
  };
}

/** A journal is for who comes after a killed process, and memory does not outlive it: nothing is kept. */
function memoryJournal(_name: string): Journal {
  return { append() {}, discard() {} };
}
