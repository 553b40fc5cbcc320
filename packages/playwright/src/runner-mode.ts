import type { FullConfig } from '@playwright/test';
import type { ResolvedMode } from '@reel/core';

/** `-u` asks for new recordings as it asks for new snapshots. Missing ones (the local default) are not recorded: it costs money. */
export function runnerMode({
  updateSnapshots,
}: Pick<FullConfig, 'updateSnapshots'>): ResolvedMode | undefined {
  const isAsked = updateSnapshots === 'all' || updateSnapshots === 'changed';
  return isAsked
    ? { mode: 'record', source: `playwright test --update-snapshots=${updateSnapshots}` }
    : undefined;
}
