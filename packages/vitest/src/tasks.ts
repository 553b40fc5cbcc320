import type { RunnerTestCase as Test, RunnerTestFile as File, RunnerTestSuite as Suite } from 'vitest';

/** Names of the describe blocks around a test, and its own, outermost first. */
export function titlesOf(task: Test): string[] {
  const titles = [task.name];
  for (let suite = task.suite; suite !== undefined && !isFile(suite); suite = suite.suite)
    titles.unshift(suite.name);
  return titles;
}

/** In the order they were collected. */
export function* testsIn(suite: Suite | File): Generator<Test, undefined> {
  for (const task of suite.tasks) {
    if (task.type === 'suite') yield* testsIn(task);
    else yield task;
  }
}

export function isFile(suite: Suite | File): suite is File {
  return 'filepath' in suite;
}
