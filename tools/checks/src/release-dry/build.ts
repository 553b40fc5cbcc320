import { runCommand } from '../run-command.ts';
import type { WorkspacePackage } from '../workspace.ts';

/**
 * Runs the build of each package after those of the packages that it depends on: a build reads the types of these.
 * @throws Error when a build fails, with what it printed, or when packages depend on each other in a circle
 */
export async function buildAll(packages: readonly WorkspacePackage[]): Promise<void> {
  const waiting = new Set(packages);
  while (waiting.size > 0) {
    const names = new Set([...waiting].map(({ manifest }) => manifest.name));
    const next = [...waiting].find(({ manifest }) =>
      Object.keys(manifest.dependencies ?? {}).every((name) => !names.has(name)),
    );
    if (next === undefined) throw new Error(`${[...names].join(', ')} depend on each other in a circle`);
    waiting.delete(next);
    const build = next.manifest.scripts?.build;
    if (build === undefined) continue;
    const { ok, output, reason } = await runCommand(build, { cwd: next.folder });
    if (!ok) throw new Error(`${next.manifest.name} cannot be built: ${reason}\n${output}`);
  }
}
