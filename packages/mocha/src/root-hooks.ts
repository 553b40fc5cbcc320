import type { TestScope } from '@reel/core';
import { clearReports, runFolder } from '@reel/core/adapter';
import { listen } from './collection.ts';
import type { Context, Hook, HookList, Suite, Test } from './mocha.ts';
import { rootOf, suitesIn } from './mocha.ts';
import { MochaRun } from './mocha-run.ts';
import { endRun } from './run-end.ts';
import { open } from './session.ts';

/** The run that is going on. In watch mode this module stays loaded from run to run. */
let run: MochaRun | undefined;
let files = new Map<string, TestScope>();
let leaveFile: (() => void) | undefined;
let isWatching = false;

/** Mocha runs again and again, and calls the global fixtures only around it all. */
export function watch(): void {
  isWatching = true;
}

listen({
  loading(file) {
    const scope = open(file, []);
    files.set(file, scope);
    leaveFile?.();
    leaveFile = scope.enter();
  },
  loaded() {
    leaveFile?.();
    leaveFile = undefined;
  },
  added(runnable, suite) {
    if (run === undefined) return;
    if ('titlePath' in runnable && suite.tests.includes(runnable)) run.bindTest(runnable);
    else
      for (const list of lists)
        if (suite[list].includes(runnable as Hook)) run.bindHook(runnable as Hook, list);
  },
});

const lists: readonly HookList[] = ['_beforeAll', '_beforeEach', '_afterEach', '_afterAll'];

async function beforeAll(this: Context): Promise<void> {
  const folder = runFolder();
  if (isWatching && folder !== undefined) clearReports(folder);
  run = new MochaRun(rootOf(this.test.parent!), own, files);
  files = new Map();
}

async function afterEach(this: Context): Promise<void> {
  const problem = this.currentTest && (await run?.endAttempt(this.currentTest));
  if (problem !== undefined) this.test.error(problem);
}

async function afterAll(this: Context): Promise<void> {
  const ended = run;
  run = undefined;
  try {
    await ended?.end();
  } finally {
    if (isWatching) endRun({ passed: !hasFailures(rootOf(this.test.parent!)), partial: ['watch mode'] });
  }
}

function hasFailures(root: Suite): boolean {
  return [...suitesIn(root)].some(({ tests }) => tests.some(({ state }: Test) => state === 'failed'));
}

const own: ReadonlySet<unknown> = new Set([beforeAll, afterEach, afterAll]);

/** Root hooks of the plugin: `mocha --require @reel/mocha`. A program that makes its own `Mocha` gives them to `mocha.rootHooks()`. */
export const mochaHooks: {
  beforeAll(this: unknown): Promise<void>;
  afterEach(this: unknown): Promise<void>;
  afterAll(this: unknown): Promise<void>;
} = { beforeAll, afterEach, afterAll } as never;
