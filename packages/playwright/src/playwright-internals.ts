import type { TestInfo } from '@playwright/test';

/*
 * Everything here reaches behind Playwright's documented surface. It is feature-tested, run on the oldest and the newest version by
 * test/versions.test.ts, and without it only one thing is lost: see below.
 */

type Run = (what: unknown, work: () => unknown) => unknown;

/**
 * Runs what is left of a test (its body, its afterEach hooks) inside an async context. A fixture cannot: the body is not called by
 * it. Without this, a call that a test forgot to await lands in whatever test runs when it is made.
 * @param inside runs a function in the context
 * @returns the undo
 */
export function runInside(info: TestInfo, inside: <T>(work: () => T) => T): () => void {
  const internals = info as unknown as { _runWithTimeout?: Run };
  const original = internals._runWithTimeout;
  if (typeof original !== 'function') return () => {};
  internals._runWithTimeout = (what, work) => Reflect.apply(original, info, [what, () => inside(work)]);
  // The method is the prototype's: to be rid of our own is enough.
  return () => delete internals._runWithTimeout;
}
