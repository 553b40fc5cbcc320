import { globSync } from 'node:fs';
import { wrongPackageImports, wrongStageImports } from './stage-directions.ts';
import type { Step } from './step.ts';
import type { WorkspacePackage } from './workspace.ts';

/** Holds the directions of imports: between core's stages, and out of every package that is published. */
export function stageStep(packages: readonly WorkspacePackage[]): Step {
  const name = 'stage directions';
  return {
    name,
    run: () => {
      const wrong = packages
        .filter(({ manifest }) => manifest.private !== true)
        .flatMap(({ folder, path, manifest }) => {
          const files = globSync('src/**/*.ts', { cwd: folder })
            .map((file) => file.replaceAll('\\', '/'))
            .toSorted();
          const stages = manifest.name === '@reel/core' ? wrongStageImports(folder, files) : [];
          return [...stages, ...wrongPackageImports(folder, files)].map((found) => ({ ...found, path }));
        });
      const failed = wrong.map(({ path, place, specifier, rule }) => ({
        name: `${name}: ${path}/${place}`,
        message: `imports '${specifier}': ${rule}`,
      }));
      return Promise.resolve({ passed: failed.length === 0 ? 1 : 0, failed, skipped: [] });
    },
  };
}
