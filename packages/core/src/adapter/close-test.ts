import type { Outcome, ScopeReport } from '../report.ts';
import { withoutStack } from './without-stack.ts';
import type { TestScope } from '../public-types.ts';

/** A scope after its end. */
export interface ClosedTest {
  /** The scope's report and those of the `useCassette` calls inside it. */
  readonly reports: readonly ScopeReport[];
  /** Why the test has to fail: a miss (even when the application swallowed it), an unused recording, a failed save. */
  readonly problem: Error | undefined;
}

/** Ends a scope with the outcome of its test. Never throws: what went wrong is the `problem`, for the runner's own way of failing. */
export async function closeTest(scope: TestScope, outcome: Outcome): Promise<ClosedTest> {
  let reports: readonly ScopeReport[] = [];
  try {
    const report = await scope.close(outcome);
    reports = [report, ...scope.nested];
    scope.assertNoMisses();
    return { reports, problem: undefined };
  } catch (error) {
    return { reports, problem: withoutStack(error as Error) };
  }
}
