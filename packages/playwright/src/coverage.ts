import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where workers note the files whose tests they ran with Reel. */
export function coveredFolder(runFolder: string): string {
  const folder = join(runFolder, 'covered');
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function coverageKey(project: string, file: string): string {
  return createHash('sha256').update(`${project}\n${file}`).digest('hex').slice(0, 32);
}

/** To be called once for each file of a worker. */
export function noteCovered(runFolder: string, project: string, file: string): void {
  writeFileSync(join(coveredFolder(runFolder), coverageKey(project, file)), '');
}
