import { FORMAT_VERSION } from '../format.ts';

/** Lifts the bytes of a cassette from one format version to the next. Must not lose anything and must not judge damage. */
export type Migration = (bytes: Uint8Array) => Uint8Array;

/**
 * From a version to the one after it. Version 1 is the current one, so there is nothing to lift yet. A released version
 * is never dropped: `samples/v<n>` holds files of each, and a test reads them all.
 */
export const migrations: ReadonlyMap<number, Migration> = new Map();

/** The same cassette in the current version. Bytes that are current already are returned as they are. */
export function migrate(
  bytes: Uint8Array,
  version: number,
  table: ReadonlyMap<number, Migration> = migrations,
  current: number = FORMAT_VERSION,
): Uint8Array {
  let lifted = bytes;
  for (let from = version; from < current; from++) {
    const step = table.get(from);
    if (step === undefined) throw new Error(`no migration from cassette format ${from} to ${from + 1}`);
    lifted = step(lifted);
  }
  return lifted;
}
