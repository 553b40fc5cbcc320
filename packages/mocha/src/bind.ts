import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Fn } from './mocha.ts';

/** What a function failed with; an object, because JavaScript throws anything. */
export interface Failure {
  readonly error: unknown;
}

/** One call of a test or hook function. */
export interface Call {
  /** Runs the function, in its scope. */
  run<T>(fn: () => T): T;
  /** Decides how the call ends, given how the function did. `undefined`: well. */
  settle(failure: Failure | undefined): Promise<Failure | undefined>;
}

/** A function for Mocha in place of another one, which ends as {@link Call.settle} says: whether there is a `done` Mocha saw before. */
export function bind(fn: Fn, begin: (context: Context) => Call): Fn {
  return fn.length > 0 ? bindCallback(fn, begin) : bindPromise(fn, begin);
}

function bindPromise(fn: Fn, begin: (context: Context) => Call): Fn {
  return function bound(this: Context): unknown {
    const { asyncOnly } = this.test;
    const { run, settle } = begin(this);
    let result: unknown;
    try {
      result = run(() => fn.call(this));
    } catch (error) {
      return settle({ error }).then(raise);
    }
    if (!isThenable(result)) {
      // Mocha is going to refuse it.
      if (asyncOnly === true) return result;
      return settle(undefined).then(raise);
    }
    return result.then(
      () => settle(undefined).then(raise),
      (error: unknown) => settle({ error }).then(raise),
    );
  };
}

function bindCallback(fn: Fn, begin: (context: Context) => Call): Fn {
  // The parameter is what tells Mocha to wait for it.
  return function bound(this: Context, done): unknown {
    const { run, settle } = begin(this);
    // Mocha goes on from inside `done`: the rest of the run must not be in this test's context.
    const outside = AsyncLocalStorage.snapshot();
    let isDone = false;
    const settleAndEnd = async (error: unknown): Promise<void> => {
      const end = await settle(isFailure(error) ? { error } : undefined);
      outside(done!, end?.error);
    };
    const finish = (error?: unknown): void => {
      // Mocha complains of a second call.
      if (isDone) done!(error);
      else void settleAndEnd(error);
      isDone = true;
    };
    return run(() => fn.call(this, finish));
  };
}

/** What Mocha takes for one: `done(null)` is the way of callbacks to say that all is well. */
function isFailure(error: unknown): boolean {
  return Boolean(error);
}

function raise(failure: Failure | undefined): void {
  if (failure !== undefined) throw failure.error;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === 'function';
}
