import { restoreFakeTimers } from './real-timers.ts';
import { relative } from 'node:path';
import { expect } from '@jest/globals';
import { createSession, shellQuote, type ReelOptions, type TestScope } from '@reel/core';
import {
  assertAllowedInCI,
  closeTest,
  isShown,
  labelOf,
  nameFilter,
  notRun,
  openTest,
  ordinalsOf,
  runFolder,
  takeStrays,
  writeReports,
} from '@reel/core/adapter';
import {
  hooksIn,
  onEvent,
  testsIn,
  titlesOf,
  unsupported,
  type Event,
  type State,
  type Test,
} from './circus.ts';
import { countFile } from './file-count.ts';
import { missingFetch } from './missing-fetch.ts';
import { optionsGlobal, optionsSource, projectGlobal } from './places.ts';
import { leaveBehind, leaveNothing, removePredecessor } from './predecessor.ts';
import { placeOf, withPlace } from './place-of-test.ts';
import { runInside } from './run-inside.ts';

restoreFakeTimers();
removePredecessor();
onEvent(handle);

const { testPath, snapshotState } = expect.getState() as {
  testPath: string;
  // Private: without them `-u` does not record, `--ci` is not seen, and messages name files from the working directory.
  snapshotState?: { _updateSnapshot?: 'all' | 'new' | 'none'; _rootDir?: string };
};
const root = snapshotState?._rootDir ?? process.cwd();
const updates = snapshotState?._updateSnapshot;
const given = globalThis as { [optionsGlobal]?: ReelOptions; [projectGlobal]?: string };
const recorder = createSession({
  from: root,
  options: given[optionsGlobal],
  optionsSource,
  runnerMode: updates === 'all' ? { mode: 'record', source: 'jest -u' } : undefined,
});
// `--ci` says it as well as the variable does.
if (updates === 'none') assertAllowedInCI(recorder.mode, { ...process.env, CI: 'true' });
const folder = runFolder();
const project = given[projectGlobal] ?? (folder && countFile(folder, testPath));
recorder.start();
leaveBehind(() => recorder.retire());

const scopes = new Map<Test, TestScope>();
const skipped = new Map<Test, unknown>();
let ordinals: ReadonlyMap<Test, number> = new Map();
let didHooksFail = false;

// Requests at the top level of the file and in its hooks: no test owns them, the file does.
const fileScope = open([]);
fileScope.enter();

async function handle(event: Event, state: State): Promise<void> {
  switch (event.name) {
    case 'run_start':
      ordinals = ordinalsOf(testsIn(state.rootDescribeBlock), titlesOf);
      bindAll(state);
      break;
    case 'test_started':
      begin(event.test);
      break;
    case 'test_skip':
      skipped.set(event.test, notRun(recorder, identityOf(event.test)));
      break;
    case 'test_done':
      await end(event.test);
      break;
    case 'hook_failure':
      if (event.hook.type.endsWith('All')) didHooksFail = true;
      break;
    case 'run_finish':
      await endFile(state);
      break;
  }
}

/** Every function of the file runs inside its scope: a test and the each-hooks around it in the test's, the others in the file's. */
function bindAll(state: State): void {
  for (const test of testsIn(state.rootDescribeBlock)) {
    if (test.fn !== undefined) test.fn = runInside(test.fn, () => runnerOf(test));
  }
  for (const hook of hooksIn(state.rootDescribeBlock)) {
    const isOfTest = hook.type.endsWith('Each');
    // Concurrent tests have no each-hooks, so only one test is under way.
    hook.fn = runInside(hook.fn, () => {
      const test = isOfTest ? state.currentlyRunningTest : undefined;
      const scope = test ? (scopes.get(test) ?? fileScope) : fileScope;
      return (fn) => scope.run(fn);
    });
  }
}

function runnerOf(test: Test): <T>(fn: () => T) => T {
  const scope = scopes.get(test);
  // Before 30.2 concurrent tests began before Jest said so.
  if (scope === undefined) throw unsupported('it started a concurrent test unannounced');
  return (fn) => scope.run(fn);
}

function begin(test: Test): void {
  try {
    const { titlePath, ordinal } = identityOf(test);
    scopes.set(test, open(titlePath, ordinal));
  } catch (error) {
    test.errors.push(error as Error);
  }
}

async function end(test: Test): Promise<void> {
  const scope = scopes.get(test);
  if (scope === undefined) return;
  scopes.delete(test);
  const hint = missingFetch(test.errors);
  if (hint !== undefined) test.errors.push(hint);
  // test.failing: when the body failed as it should, there is no error here, and its recording is worth keeping.
  const { reports, problem } = await closeTest(scope, test.errors.length === 0 ? 'passed' : 'failed');
  const { titlePath, ordinal } = identityOf(test);
  report([...titlePath, ordinal], reports);
  if (problem !== undefined && !isShown(problem, test.errors.flat()))
    test.errors.push(withPlace(problem, placeOf(test)));
}

async function endFile(state: State): Promise<void> {
  for (const test of scopes.keys()) await end(test);
  const { reports, problem } = await closeTest(fileScope, didHooksFail ? 'failed' : 'passed');
  const name = labelOf({ root, file: testPath, titlePath: [] });
  const strays = takeStrays(recorder, name);
  report([], [...reports, ...strays.reports]);
  report(['skipped'], [...skipped.values()] as never);
  for (const error of [problem, strays.problem])
    if (error !== undefined) state.unhandledErrors.push(withPlace(error, [`    at ${testPath}:1:1`]));
  // What runs on after the file (a timer, a promise nobody awaits) still meets this file's fetch: it is refused, and the run is red.
  let late = 0;
  recorder.onStray = () => report(['late', (late += 1)], takeStrays(recorder, name).reports);
  recorder.retire();
  leaveNothing();
}

function open(titlePath: readonly string[], ordinal = 1): TestScope {
  const path = relative(process.cwd(), testPath);
  const select =
    given[projectGlobal] === undefined ? '' : ` --selectProjects ${shellQuote(given[projectGlobal])}`;
  const filter = titlePath.length === 0 ? '' : ` -t ${shellQuote(nameFilter(titlePath))}`;
  return openTest(recorder, {
    file: testPath,
    titlePath,
    ordinal,
    root,
    project,
    command: `npx jest${select} --runTestsByPath ${shellQuote(path)}${filter}`,
  });
}

/** Counted as collected: a filter does not shift which of two equal names a test is. */
function identityOf(test: Test): { file: string; root: string; titlePath: string[]; ordinal: number } {
  return { file: testPath, root, titlePath: titlesOf(test), ordinal: ordinals.get(test) ?? 1 };
}

function report(key: readonly (string | number)[], reports: Parameters<typeof writeReports>[2]): void {
  if (folder !== undefined) writeReports(folder, JSON.stringify([project, testPath, ...key]), reports);
}
