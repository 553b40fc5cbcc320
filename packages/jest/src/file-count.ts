import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which of the projects that run a test file this one is, as a name: `project 1` for the first in this run. A sandbox does not know
 * its project, but within a run only another project runs the same file again.
 * @param folder of the run, shared by all its processes
 */
export function countFile(folder: string, file: string): string {
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true });
  const name = createHash('sha256').update(file).digest('hex').slice(0, 32);
  for (let number = 1; ; number++) {
    try {
      writeFileSync(join(files, `${name}-${number}`), '', { flag: 'wx' });
      return `project ${number}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
