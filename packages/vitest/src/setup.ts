import { relative } from 'node:path';
import {
  cassetteOf,
  createSession,
  shellQuote,
  withMode,
  type ReelError,
  type ScopeReport,
  type TestScope,
} from '@reel/core';
import { aroundAll, aroundEach, expect, inject } from 'vitest';
import type { RunnerTestCase as Test, RunnerTestSuite as Suite, RunnerTestFile as File } from 'vitest';
import './types.ts';

const { options, runnerMode, root, hasOwnRealm } = inject('reel');
const recorder = createSession({
  from: root,
  options,
  optionsSource: 'reel() in the Vitest config',
  runnerMode,
}).start();
const file = expect.getState().testPath!;

// Requests at the top level of the file and in its hooks: no test owns them, the file does.
const fileScope = open([]);
const leaveFile = fileScope.enter();

aroundAll(async (runSuite, {}, suite) => {
  if (!isFile(suite)) {
    await runSuite();
    return;
  }
  try {
    await fileScope.run(runSuite);
    const report = await fileScope.close(suite.result?.state === 'fail' ? 'failed' : 'passed');
    const strays = recorder.takeStrays();
    suite.meta.reel = [...flatten(fileScope, report), ...strays.map((stray) => strayReport(report, stray))];
    fileScope.assertNoMisses();
    if (strays[0] !== undefined) throw strays[0];
  } finally {
    leaveFile();
    if (hasOwnRealm) recorder.stop();
  }
});

aroundEach(async (runTest, { task }) => {
  const scope = open(titlesOf(task), ordinalOf(task));
  const failuresBefore = task.result?.errors?.length ?? 0;
  await scope.run(runTest);
  const didFail = (task.result?.errors?.length ?? 0) > failuresBefore || task.result?.state === 'fail';
  const isSkipped = task.result?.state === 'skip' || task.mode === 'skip';
  // test.fails: the runner wants the body to fail, and a body that does is a success worth keeping.
  const outcome = isSkipped ? 'skipped' : didFail === (task.fails === true) ? 'passed' : 'failed';
  const report = await scope.close(outcome);
  task.meta.reel = flatten(scope, report);
  scope.assertNoMisses();
});

function open(titlePath: readonly string[], ordinal = 1): TestScope {
  const { store, cassette } = cassetteOf(recorder, { file, titlePath, ordinal });
  const path = relative(root, file);
  const filter =
    titlePath.length === 0 ? '' : ` -t ${shellQuote(`^\\s*${titlePath.map(escapePattern).join(' ')}$`)}`;
  const command = withMode('record', `npx vitest run ${shellQuote(path)}${filter}`);
  return recorder.open({
    store,
    cassette,
    test: titlePath.length === 0 ? `hooks of ${path}` : `${path} > ${titlePath.join(' > ')}`,
    rerecord: `to record it: ${command}`,
  });
}

function flatten(scope: TestScope, report: ScopeReport): ScopeReport[] {
  return [report, ...scope.nested];
}

/** A request that came after its test had ended, as a miss of the file: nobody else can show it. */
function strayReport(of: ScopeReport, { code, message, what }: ReelError): ScopeReport {
  return {
    ...of,
    replayed: 0,
    recorded: 0,
    saved: false,
    misses: [{ code, method: '', url: what, message }],
  };
}

function titlesOf(task: Test): string[] {
  const titles = [task.name];
  for (let suite = task.suite; suite !== undefined && !isFile(suite); suite = suite.suite)
    titles.unshift(suite.name);
  return titles;
}

let ordinals: ReadonlyMap<Test, number> | undefined;

/** Which of the tests of the same full name this is, counted as collected: a filter does not shift it. */
function ordinalOf(task: Test): number {
  ordinals ??= countEqualNames(task.file);
  return ordinals.get(task) ?? 1;
}

/** All at once: to count anew for each test would cost the square of their number. */
function countEqualNames(file: File): Map<Test, number> {
  const ordinalOf = new Map<Test, number>();
  const counts = new Map<string, number>();
  for (const test of testsIn(file)) {
    const name = titlesOf(test).join('\0');
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    ordinalOf.set(test, count);
  }
  return ordinalOf;
}

function* testsIn(suite: Suite | File): Generator<Test> {
  for (const task of suite.tasks) {
    if (task.type === 'suite') yield* testsIn(task);
    else yield task;
  }
}

function isFile(suite: Suite | File): suite is File {
  return 'filepath' in suite;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
