import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AdapterDriver } from '@reel/testkit/adapter-conformance';
import { jestDriver } from '../../../packages/jest/test/driver.ts';
import { mochaDriver } from '../../../packages/mocha/test/driver.ts';
import { install as installBeside } from '../../../packages/playwright/test/installed.ts';
import { vitestDriver } from '../../../packages/vitest/test/driver.ts';

/** A version of a runner, installed under a name of its own. */
export interface RunnerVersion {
  readonly runner: string;
  readonly version: string;
  /** A fresh driver for exactly this version. */
  driver(): AdapterDriver;
}

/** Runners, and under which names which package of the workspace has their versions: the newest first, then the oldest. */
const installed: readonly {
  readonly runner: string;
  readonly makes: (folder: string, name: string) => AdapterDriver;
  readonly in: string;
  readonly as: readonly string[];
}[] = [
  {
    runner: 'vitest',
    makes: vitestDriver,
    in: 'tools/runners',
    as: ['vitest', 'vitest-4.1', 'vitest-4.1.0'],
  },
  { runner: 'jest', makes: (folder) => jestDriver(folder), in: 'packages/jest', as: ['jest'] },
  { runner: 'jest', makes: (folder) => jestDriver(folder), in: 'tools/runners', as: ['jest-30.2'] },
  {
    runner: 'mocha',
    makes: (mocha) => mochaDriver({ mocha }),
    in: 'packages/mocha',
    as: ['mocha', 'mocha11'],
  },
  {
    runner: 'playwright',
    makes: playwrightDriver,
    in: 'packages/playwright',
    as: ['@playwright/test', 'playwright-test-1.55'],
  },
];

const root = join(import.meta.dirname, '../../..');

export const runnerVersions: readonly RunnerVersion[] = installed.flatMap(({ runner, makes, in: home, as }) =>
  as.map((name) => {
    const manifest = createRequire(join(root, home, 'package.json')).resolve(`${name}/package.json`);
    const { version } = createRequire(manifest)(manifest) as { version: string };
    return { runner, version, driver: () => makes(dirname(manifest), name) };
  }),
);

/** The adapters of today, each with the newest version of its runner. */
export function newestDrivers(): AdapterDriver[] {
  const newest = new Map(runnerVersions.toReversed().map((version) => [version.runner, version]));
  return [...newest.values()].map((version) => version.driver());
}

/** Playwright compiles what it finds outside of `node_modules`, as linked packages are: it gets copies. */
function playwrightDriver(_folder: string, name: string): AdapterDriver {
  const installed = installBeside(name);
  process.once('exit', () => installed[Symbol.dispose]());
  return installed.driver;
}
