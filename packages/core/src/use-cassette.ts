import { resolve } from 'node:path';
import { checkCassetteName } from './cassette/name.ts';
import type { CassetteStore } from './cassette/store.ts';
import { ReelError } from './errors.ts';
import { theInterceptor } from './interceptor.ts';
import type { ReelOptions } from './options.ts';
import { createNestedSession, createSession } from './session.ts';
import type { ScopeReport } from './report.ts';
import type { TestScope } from './test-scope.ts';

export interface UseCassetteOptions extends ReelOptions {
  /** Where the cassette is kept. Default: files in `dir`. */
  readonly store?: CassetteStore;
  /** Called with what happened, when the cassette is closed. */
  readonly onReport?: (report: ScopeReport) => void;
}

/**
 * Runs a function on a cassette: what it says to LLM APIs, and everything asynchronous it starts, is recorded to or replayed
 * from `<dir>/<name>.jsonl`. Inside a test of an adapter the cassette lies beside the test's own, and the adapter's
 * options hold.
 *
 * The recording is kept when the function returns, and dropped when it throws.
 *
 * @example
 * const answer = await useCassette('billing/refund', () => agent.ask('Refund order 1042'));
 *
 * @throws what the function throws; otherwise the first miss (`REEL_NO_MATCH`, `REEL_CASSETTE_NOT_FOUND`) even when the
 * function swallowed it; and the errors of naming, configuration and storing.
 */
export function useCassette<T>(name: string, fn: (scope: TestScope) => T | Promise<T>): Promise<T>;
export function useCassette<T>(
  name: string,
  options: UseCassetteOptions,
  fn: (scope: TestScope) => T | Promise<T>,
): Promise<T>;
export async function useCassette<T>(
  name: string,
  ...rest: [(scope: TestScope) => T | Promise<T>] | [UseCassetteOptions, (scope: TestScope) => T | Promise<T>]
): Promise<T> {
  const [options, fn] = rest.length === 1 ? [undefined, rest[0]] : rest;
  checkCassetteName(name);
  assertUse(name, options, fn);
  const parent = theInterceptor().scopes.get();
  const { store: ownStore, onReport, ...reelOptions } = options ?? {};
  const isInherited = parent !== undefined && Object.keys(reelOptions).length === 0;
  const source = `useCassette(${JSON.stringify(name)})`;
  const recorder = isInherited
    ? parent.recorder
    : parent === undefined
      ? createSession({ options: reelOptions, optionsSource: source })
      : createNestedSession(parent.recorder, reelOptions, source);
  const ownDir = reelOptions.dir !== undefined || parent === undefined;
  const store =
    ownStore ??
    (ownDir ? recorder.storeAt(resolve(recorder.base, recorder.options.dir ?? 'cassettes')) : parent.store);
  const scope = recorder.open({
    cassette: name,
    store,
    test: parent === undefined ? name : `${parent.test} (cassette ${name})`,
    ...(isInherited && { mode: parent.mode }),
    ...(parent?.claimant !== undefined && { claimant: parent.claimant }),
    ...(parent?.rerecord !== undefined && { rerecord: parent.rerecord }),
  });
  if (!isInherited) recorder.start();
  const finish = async (outcome: 'passed' | 'failed'): Promise<void> => {
    try {
      const report = await scope.close(outcome);
      parent?.nested.push(report);
      onReport?.(report);
    } finally {
      if (!isInherited) recorder.stop();
    }
  };
  let result: T;
  try {
    result = await scope.run(() => fn(scope));
  } catch (error) {
    await finish('failed').catch(() => {}); // The function's own error is the one to see.
    throw error;
  }
  await finish('passed');
  scope.assertNoMisses();
  return result;
}

/** What TypeScript would have said. @throws REEL_INVALID_OPTION */
function assertUse(name: string, options: unknown, fn: unknown): void {
  const store = (options as Partial<UseCassetteOptions> | undefined)?.store;
  const isStore = store === undefined || typeof (store as Partial<CassetteStore> | null)?.read === 'function';
  if (typeof fn === 'function' && isStore) return;
  throw new ReelError('REEL_INVALID_OPTION', {
    what:
      typeof fn === 'function'
        ? 'the option store is not a store of cassettes'
        : 'there is no function to run',
    where: `useCassette(${JSON.stringify(name)})`,
    fix:
      typeof fn === 'function'
        ? 'leave it out for files, or give createMemoryStore()'
        : `pass one: await useCassette(${JSON.stringify(name)}, async () => { ... })`,
  });
}
