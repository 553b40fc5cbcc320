import type { TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node';

/** What was to run, and what became of it. */
interface RunSeen {
  readonly specifications: readonly TestSpecification[];
  readonly modules: readonly TestModule[];
  readonly reason: TestRunEndReason;
}

/** Why a run was not the whole suite; empty when it was. */
export async function partsLeftOut(
  vitest: Vitest,
  { specifications, modules, reason }: RunSeen,
): Promise<string[]> {
  const { config } = vitest;
  const reasons: string[] = [];
  // In watch mode a name can be typed: the pattern of the moment is not the config's.
  if ((vitest.getGlobalTestNamePattern?.() ?? config.testNamePattern) !== undefined)
    reasons.push('name filter');
  if ((config.tagsFilter?.length ?? 0) > 0) reasons.push('tag filter');
  if (config.shard !== undefined) reasons.push(`shard ${config.shard.index}/${config.shard.count}`);
  if (config.project.length > 0) reasons.push('project filter');
  else if (config.shard === undefined && specifications.length < (await countAll(vitest)))
    reasons.push('file filter');
  const isBailed = (config.bail ?? 0) > 0 && reason === 'failed';
  if (isBailed || reason === 'interrupted' || modules.some((module) => module.state() === 'queued'))
    reasons.push('stopped early');
  return reasons;
}

/** Test files of the whole suite: what `--changed`, `related`, a path, or a change in watch mode left out of. */
async function countAll(vitest: Vitest): Promise<number> {
  return (await vitest.globTestSpecifications()).length;
}
