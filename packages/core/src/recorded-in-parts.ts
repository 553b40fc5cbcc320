import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Some code is run several times in one run of the tests, and is still the same code: the hooks of a file, which every worker runs, and
 * which one worker runs anew for each part of the file that it gets. Each time is one part of the recording.
 */

/** Whether nobody in this run has saved a cassette yet that is recorded in parts. Asked under the lock of the cassette, once for each save. */
export function isFirstPart(runFolder: string, cassette: string): boolean {
  const folder = join(runFolder, 'parts');
  mkdirSync(folder, { recursive: true });
  const name = process.getBuiltinModule('node:crypto').hash('sha256', cassette).slice(0, 32);
  try {
    writeFileSync(join(folder, name), '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * The parts as one recording: the first one whole, and of each later one what those before it lack. As equal requests are a queue in
 * replay, they are counted: a request that a part makes three times, and no part before it more than twice, is kept once more.
 */
export function foldParts<T>(parts: Iterable<readonly T[]>, keyOf: (recorded: T) => string): T[] {
  const kept: T[] = [];
  const counts = new Map<string, number>();
  for (const part of parts) {
    const asked = new Map<string, number>();
    for (const recorded of part) {
      const key = keyOf(recorded);
      const times = (asked.get(key) ?? 0) + 1;
      asked.set(key, times);
      if (times <= (counts.get(key) ?? 0)) continue;
      counts.set(key, times);
      kept.push(recorded);
    }
  }
  return kept;
}
