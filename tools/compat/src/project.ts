import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageOf, scenariosOf, type Side } from './side.ts';

/** A folder with the scenarios of one side, in which either side can be installed. */
export interface ScenarioProject extends Disposable {
  readonly folder: string;
  /** Makes `@reel/*` and `vitest` those of a side. */
  use(side: Side): void;
}

export function createScenarioProject(scenarios: Side): ScenarioProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reel-compat-')));
  cpSync(scenariosOf(scenarios), folder, { recursive: true });
  return {
    folder,
    use(side) {
      const modules = join(folder, 'node_modules');
      rmSync(modules, { recursive: true, force: true });
      mkdirSync(join(modules, '@reel/vitest'), { recursive: true });
      const link = (from: string, name: string): void => symlinkSync(from, join(modules, name), 'junction');
      link(packageOf(side, 'core'), '@reel/core');
      // The runner is looked up from the adapter's own place, and links are followed first: it has to be a copy.
      for (const part of ['dist', 'package.json'])
        cpSync(join(packageOf(side, 'vitest'), part), join(modules, '@reel/vitest', part), {
          recursive: true,
        });
      link(realpathSync(join(packageOf(side, 'vitest'), 'node_modules/vitest')), 'vitest');
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
