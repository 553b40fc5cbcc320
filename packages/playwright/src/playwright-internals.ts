import type { TestInfo } from '@playwright/test';

/*
 * Everything here reaches behind Playwright's documented surface. It is feature-tested, run on the oldest and the newest version by
 * test/versions.test.ts, and without it only what each function says is lost.
 */

type Run = (what: unknown, work: () => unknown) => unknown;

interface Runnable {
  readonly type?: string;
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
}

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

/**
 * The `beforeAll` or `afterAll` hook that runs now: its kind and place, the same each time it runs. `undefined` outside of one. Without
 * it, hooks that a worker runs again for another part of their file are taken for more hooks.
 */
export function runningHook(info: TestInfo): string | undefined {
  const internals = info as unknown as { _timeoutManager?: { _running?: { runnable?: Runnable } } };
  const { type, location } = internals._timeoutManager?._running?.runnable ?? {};
  if (location === undefined || (type !== 'beforeAll' && type !== 'afterAll')) return undefined;
  return `${type} ${location.file}:${location.line}:${location.column}`;
}
