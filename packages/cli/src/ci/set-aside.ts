import { rmSync } from 'node:fs';
import { isCI } from './is-ci.ts';
import { UsageError } from '../frame/usage-error.ts';
import type { Workspace } from '../commands/shared/workspace.ts';

/**
 * Takes away the cassettes that hold calls to a provider, so that `record-if-missing` records them anew and replays all others. For the
 * checkout of a job, which is thrown away; what cannot be recorded stays in git as it was.
 * @returns how many
 * @throws UsageError outside of CI, and when no cassette has calls to the provider
 */
export function setAside(
  { engine, find }: Workspace,
  provider: string,
  env: Readonly<Record<string, string | undefined>>,
): number {
  if (!isCI(env))
    throw new UsageError(
      'recordings of one provider are taken away before they are made anew, and this is not CI',
      'push the branch and run: reel rerecord --provider <name>',
    );
  const known = new Set<string>();
  let count = 0;
  for (const file of find([])) {
    const outline = engine.outlineOf(engine.readCassetteFile(file));
    if (engine.isUnreadable(outline)) continue;
    for (const one of outline.providers) known.add(one);
    if (!outline.providers.includes(provider)) continue;
    rmSync(file.path);
    count++;
  }
  if (count > 0) return count;
  throw new UsageError(
    `no cassette has calls to ${JSON.stringify(provider)}`,
    `there are calls to: ${[...known].toSorted().join(', ') || 'nobody'}`,
  );
}
