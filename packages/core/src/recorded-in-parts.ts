import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Interaction, RecordedRequest } from './model/interaction.ts';

/**
 * Whether nobody in this run has saved a cassette yet that several of its processes record in parts, such as the hooks of a file that
 * every worker runs again. Asked under the lock of the cassette, once for each save.
 */
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

/** What of a part is not recorded yet: an equal request that is stored once stands for one of the part's. */
export function newInPart(
  stored: readonly Interaction[],
  part: readonly Interaction[],
  keyOf: (request: RecordedRequest) => string,
): Interaction[] {
  const counts = new Map<string, number>();
  for (const { request } of stored) {
    const key = keyOf(request);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return part.filter(({ request }) => {
    const key = keyOf(request);
    const left = counts.get(key) ?? 0;
    counts.set(key, left - 1);
    return left <= 0;
  });
}
