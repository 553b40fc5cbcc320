import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProviders, type Simulator } from '../start-providers.ts';
import type { AdapterDriver } from './driver.ts';
import { createProject, type Project } from './project.ts';

/**
 * One repository with the same tests written for several runners, `test/<runner>/...` each, and one set of cassettes for all of them,
 * through `testDirs` in a `reel.config.json` at its top.
 */
export interface SharedProject extends AsyncDisposable {
  readonly folder: string;
  readonly provider: Simulator;
  /** The part of each runner, by the runner's name. */
  readonly parts: ReadonlyMap<string, Project>;
  /** Text of every cassette, by path. */
  tapes(): Readonly<Record<string, string>>;
  /** Text of every cassette without its header line, which holds the time of the recording. */
  bodies(): Readonly<Record<string, string>>;
  removeTapes(): void;
}

/**
 * Makes a shared project.
 * @param tests bodies by stem, as for `createProject`; every runner gets all of them
 */
export async function createSharedProject(
  drivers: readonly AdapterDriver[],
  tests: Readonly<Record<string, string>>,
): Promise<SharedProject> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reel-shared-')));
  const provider = await startProviders();
  const testDirs = drivers.map(({ runner }) => `test/${runner}`);
  writeFileSync(join(folder, 'reel.config.json'), JSON.stringify({ dir: 'cassettes', testDirs }));
  const parts = new Map<string, Project>();
  for (const driver of drivers) {
    const own = join(folder, 'test', driver.runner);
    mkdirSync(own, { recursive: true });
    parts.set(driver.runner, await createProject(driver, { tests, within: { folder: own, provider } }));
  }
  const root = join(folder, 'cassettes');
  const tapes = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.jsonl'))
        .toSorted()
        .map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]),
    );
  return {
    folder,
    provider,
    parts,
    tapes,
    bodies: () =>
      Object.fromEntries(
        Object.entries(tapes()).map(([path, text]) => [path, text.slice(text.indexOf('\n') + 1)]),
      ),
    removeTapes: () => rmSync(root, { recursive: true, force: true }),
    async [Symbol.asyncDispose]() {
      await provider.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
