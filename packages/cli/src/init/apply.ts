import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../frame/usage-error.ts';
import { git } from './detect/git.ts';
import type { Change, GitSetting } from './step.ts';

/**
 * Carries a step out that was shown.
 * @throws UsageError when the file has changed since: what was shown is not what would be overwritten.
 */
export function applyStep(step: Change | GitSetting): void {
  if (step.kind === 'git') {
    if (git(step.folder, 'config', step.key, step.value) === undefined) {
      throw new UsageError(
        `git config ${step.key} could not be set`,
        `run it by hand: git config ${step.key} "${step.value}"`,
      );
    }
    return;
  }
  const now = existsSync(step.path) ? readFileSync(step.path, 'utf8') : undefined;
  if (now !== step.before) throw new UsageError(`${step.path} has changed meanwhile`, 'run reel init again');
  mkdirSync(dirname(step.path), { recursive: true });
  writeFileSync(step.path, step.after);
  if (step.isExecutable) chmodSync(step.path, 0o755);
}
