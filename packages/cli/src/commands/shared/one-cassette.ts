import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as Engine from '@reel/core/engine';
import type { CassetteFile } from '@reel/core/engine';
import { UsageError } from '../../frame/usage-error.ts';

/** The one cassette that an argument names. @throws UsageError for a folder */
export function oneCassette(engine: typeof Engine, path: string, cwd: string): CassetteFile {
  if (statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() === true)
    throw new UsageError(
      `${JSON.stringify(path)} is a folder, and one cassette is needed`,
      `name one of those that reel ls ${path} lists`,
    );
  return engine.cassetteFile(path, cwd);
}
