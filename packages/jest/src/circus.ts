import type { Circus } from '@jest/types';
import { ReelError } from '@reel/core';

/** A test of jest-circus, with the field that its types leave out. */
export type Test = Circus.TestEntry;
export type Hook = Circus.Hook;
export type State = Circus.State;
export type Event = Circus.Event;

/**
 * Hears of everything that happens in this test file, before Jest's own handlers do: what a handler adds to a test's errors is
 * part of its result. Jest waits for a promise.
 * @throws REEL_RUNNER_UNSUPPORTED
 */
export function onEvent(handler: (event: Event, state: State) => void | Promise<void>): void {
  // Kept on the global object since jest-circus 30, "so that setup files can add to it": jest-circus/src/types.ts.
  const handlers = (globalThis as Record<symbol, unknown>)[Symbol.for('EVENT_HANDLERS')];
  if (!Array.isArray(handlers)) throw unsupported('it has no event handlers');
  handlers.unshift(handler);
}

export function unsupported(why: string): ReelError {
  return new ReelError('REEL_RUNNER_UNSUPPORTED', {
    what: `Reel for Jest cannot follow the tests of this runner: ${why}`,
    where: '@reel/jest/setup',
    fix: 'use Jest 30.2 or later with its own test runner (jest-circus), and list @reel/jest/setup under setupFilesAfterEnv',
  });
}

export function* testsIn(block: Circus.DescribeBlock): Generator<Test> {
  for (const child of block.children) {
    if (child.type === 'describeBlock') yield* testsIn(child);
    else yield child;
  }
}

export function* hooksIn(block: Circus.DescribeBlock): Generator<Hook> {
  yield* block.hooks;
  for (const child of block.children) if (child.type === 'describeBlock') yield* hooksIn(child);
}

/** Names of the describe blocks and of the test. Not `currentTestName`: with concurrent tests that is the last one's. */
export function titlesOf(test: Test): string[] {
  const titles = [test.name];
  // The outermost block is the file's own, ROOT_DESCRIBE_BLOCK.
  for (let block = test.parent; block.parent !== undefined; block = block.parent) titles.unshift(block.name);
  return titles;
}
