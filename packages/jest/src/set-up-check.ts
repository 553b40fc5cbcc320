import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ReelError } from '@reel/core';
import type { TestFile } from './run.ts';

/**
 * Makes sure that a test file is going to have Reel, before it runs.
 * @throws REEL_SETUP_MISSING
 */
export function assertSetUp({ path, context: { config } }: TestFile): void {
  // A runner that is not Jest's own (a linter, a type checker) runs no tests in a sandbox.
  if (!/[\\/]jest-runner[\\/]/.test(config.runner)) return;
  if (config.setupFilesAfterEnv.some(isSetUp)) return;
  const project = config.displayName?.name ?? config.rootDir;
  throw new ReelError('REEL_SETUP_MISSING', {
    what: `Reel is not set up in the project ${project}: calls there would be live`,
    where: path,
    fix: "add '@reel/jest/setup' to setupFilesAfterEnv of that project; for live calls, set globals: { reel: { mode: 'live' } } as well",
  });
}

const known = new Map<string, boolean>();

/** Our setup file, or one of the project's own that loads it. */
function isSetUp(file: string): boolean {
  let answer = known.get(file);
  if (answer === undefined) known.set(file, (answer = look(file)));
  return answer;
}

function look(file: string): boolean {
  const own = realpathSync(join(__dirname, 'setup.cjs'));
  return (
    realpathSync(file) === own ||
    /[\\/]@reel[\\/]jest[\\/]/.test(file) ||
    readFileSync(file, 'utf8').includes('@reel/jest/setup')
  );
}
