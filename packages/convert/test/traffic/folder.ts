import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const beside = resolve(import.meta.dirname, '../../../../../shared/traffic');

/**
 * Recordings that other projects made of real APIs: `REEL_RECORDINGS`, else `shared/traffic` beside the repository, one folder for
 * each source. `undefined` when there are none.
 */
export const trafficFolder: string | undefined =
  process.env['REEL_RECORDINGS'] ?? (existsSync(beside) ? beside : undefined);

export const whyAbsent =
  'there are no recordings of real APIs here: set REEL_RECORDINGS to a folder that has some';

export function trafficSources(folder: string): { readonly name: string; readonly path: string }[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, path: join(folder, name) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
