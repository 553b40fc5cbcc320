/** The parts of Mocha that are used; it ships no types of its own. */

export interface Suite {
  readonly root: boolean;
  readonly parent?: Suite | undefined;
  readonly file?: string | undefined;
  readonly tests: readonly Test[];
  readonly suites: readonly Suite[];
  // Private, and the only way to what a suite runs around its tests. The same since Mocha 1.
  readonly _beforeAll: Hook[];
  readonly _beforeEach: Hook[];
  readonly _afterEach: Hook[];
  readonly _afterAll: Hook[];
  bail(): boolean;
  /** Private: whether some test or suite below is `.only`. */
  hasOnly?(): boolean;
}

export type HookList = '_beforeAll' | '_beforeEach' | '_afterEach' | '_afterAll';

/** A test or hook function. */
export type Fn = (this: Context, done?: (error?: unknown) => void) => unknown;

export interface Runnable {
  fn?: Fn | undefined;
  readonly parent?: Suite | undefined;
  readonly asyncOnly?: boolean;
}

export interface Test extends Runnable {
  readonly file?: string | undefined;
  readonly pending: boolean;
  readonly state?: 'passed' | 'failed' | 'pending' | undefined;
  titlePath(): string[];
  /** The test that this one is another attempt of. */
  retriedTest(): Test | undefined;
}

export interface Hook extends Runnable {
  /** Fails the test that the hook ran for, without an end to the run. */
  error(error: Error): void;
}

/** `this` of tests and hooks. */
export interface Context {
  readonly test: Test & Hook;
  /** In each-hooks. */
  readonly currentTest?: Test | undefined;
}

/** `this` of global fixtures, but in watch mode. */
export interface Runner {
  readonly suite: Suite;
  readonly failures: number;
  readonly _grep?: RegExp;
  readonly _defaultGrep?: RegExp;
}

export function rootOf(suite: Suite): Suite {
  let root = suite;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

export function* suitesIn(suite: Suite): Generator<Suite> {
  yield suite;
  for (const child of suite.suites) yield* suitesIn(child);
}

/** The first attempt: what was collected, with the file and the place among tests of equal name. */
export function originOf(test: Test): Test {
  let origin = test;
  for (let before = test.retriedTest(); before !== undefined; before = before.retriedTest()) origin = before;
  return origin;
}

export function fileOf(test: Test): string | undefined {
  if (test.file !== undefined) return test.file;
  // A test made while others run knows its suite only.
  for (let suite = test.parent; suite !== undefined; suite = suite.parent) {
    if (suite.file !== undefined) return suite.file;
  }
  return undefined;
}
