import type { CassetteFile } from '../files/cassette-file.ts';
import { isUnreadable, outlineOf, type UnreadableCassette } from '../outline.ts';
import { readMany } from '../reading-many.ts';

export interface StaleOptions {
  /** Milliseconds after which a recording is worth a warning. */
  readonly maxAge: number;
  /** Milliseconds after which it fails. Default: never. */
  readonly hard?: number | undefined;
  /** Milliseconds of the clock. Default: now. */
  readonly now?: number;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface StaleCassette {
  readonly where: string;
  readonly recordedAt: string;
  /** Milliseconds. */
  readonly age: number;
  /** `warning`: past `maxAge`; `error`: past `hard`. */
  readonly severity: 'warning' | 'error';
  readonly providers: readonly string[];
}

/** Recordings older than they should be, oldest first. The age is what the cassette says itself: a checkout touches file times. */
export function staleCassettes(
  files: readonly CassetteFile[],
  { maxAge, hard, now = Date.now(), onProgress }: StaleOptions,
): { stale: StaleCassette[]; unreadable: UnreadableCassette[] } {
  const stale: StaleCassette[] = [];
  const unreadable: UnreadableCassette[] = [];
  let done = 0;
  for (const read of readMany(files)) {
    const outline = 'problem' in read ? { ...read.file, problem: read.problem } : outlineOf(read.content);
    onProgress?.(++done, files.length);
    if (isUnreadable(outline)) {
      unreadable.push(outline);
      continue;
    }
    const { where, recordedAt, providers } = outline;
    const age = now - Date.parse(recordedAt);
    if (hard !== undefined && age > hard)
      stale.push({ where, recordedAt, age, severity: 'error', providers });
    else if (age > maxAge) stale.push({ where, recordedAt, age, severity: 'warning', providers });
  }
  return { stale: stale.toSorted((a, b) => b.age - a.age || (a.where < b.where ? -1 : 1)), unreadable };
}
