import { createSession } from '@reel/core';
import {
  closeTest,
  isShown,
  isTelling,
  labelOf,
  runFolder,
  runFolderVariable,
  takeStrays,
} from '@reel/core/adapter';
import { aroundAll, aroundEach, expect, inject } from 'vitest';
import type { RunnerTestCase as Test } from 'vitest';
import { isFile, testsIn } from './tasks.ts';
import { TestsOfFile } from './tests-of-file.ts';
import type { Provided } from './types.ts';

// Listed by hand in setupFiles, without the plugin, there is nothing provided.
const provided: Partial<Provided> = inject('reel') ?? {};
if (runFolder() === undefined && provided.runFolder !== undefined)
  process.env[runFolderVariable] = provided.runFolder;
const { root: from, options, optionsSource, runnerMode } = provided;
const recorder = createSession({
  ...(from !== undefined && { from }),
  options,
  ...(optionsSource !== undefined && { optionsSource }),
  runnerMode,
}).start();
const tests = new TestsOfFile(recorder, expect.getState().testPath!, provided);
const ran = new Set<Test>();

// Requests at the top level of the file and in its hooks: no test owns them, the file does.
const fileScope = tests.open();
const leaveFile = fileScope.enter();

aroundAll(async (runSuite, {}, suite) => {
  if (!isFile(suite)) {
    await runSuite();
    return;
  }
  try {
    await fileScope.run(runSuite);
    const { reports, problem } = await closeTest(
      fileScope,
      suite.result?.state === 'fail' ? 'failed' : 'passed',
    );
    const strays = takeStrays(recorder, labelOf({ ...tests, titlePath: [] }));
    const left = [...testsIn(suite)].filter((test) => !ran.has(test)).map((test) => tests.notRun(test));
    suite.meta.reel = [...reports, ...strays.reports, ...left].filter(isTelling);
    if (problem !== undefined || strays.problem !== undefined) throw problem ?? strays.problem;
  } finally {
    leaveFile();
    // A vm pool gets a new realm per file; what was patched for this one must not outlive it.
    if (provided.hasOwnRealm === true) recorder.stop();
  }
});

aroundEach(async (runTest, { task }) => {
  ran.add(task);
  const scope = tests.open(task);
  const failuresBefore = task.result?.errors?.length ?? 0;
  await scope.run(runTest);
  const failures = task.result?.errors?.slice(failuresBefore) ?? [];
  const didFail = failures.length > 0 || task.result?.state === 'fail';
  const isSkipped = task.result?.state === 'skip' || task.mode === 'skip';
  // test.fails: the runner wants the body to fail, and a body that does is a success worth keeping.
  const outcome = isSkipped ? 'skipped' : didFail === (task.fails === true) ? 'passed' : 'failed';
  const { reports, problem } = await closeTest(scope, outcome);
  const telling = reports.filter(isTelling);
  // An attempt that did nothing still has to take the place of one that missed.
  if (telling.length > 0 || task.meta.reel !== undefined) task.meta.reel = telling;
  if (problem !== undefined && !isShown(problem, failures)) throw problem;
});
