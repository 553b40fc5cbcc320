import { expect, test } from 'vitest';
import { runInside } from './run-inside.ts';

/** Counts how often something is run inside. */
function counter(): { enter: () => <T>(fn: () => T) => T; count: () => number } {
  let entered = 0;
  return {
    enter: () => (fn) => {
      entered += 1;
      return fn();
    },
    count: () => entered,
  };
}

test('a function keeps its parameters, its context and its result', () => {
  const { enter, count } = counter();
  const wrapped = runInside(function (this: { base: number }, a: number, b: number) {
    return this.base + a * b;
  }, enter);

  expect(wrapped).toHaveLength(2);
  expect(wrapped.call({ base: 1 }, 2, 3)).toBe(7);
  expect(count()).toBe(1);
});

test('a generator stays one: each step runs inside, values and errors come back', () => {
  const { enter, count } = counter();
  const wrapped = runInside(function* (): Generator<string, string, string> {
    const first = yield 'one';
    try {
      yield 'two';
    } catch (error) {
      return `${first} ${(error as Error).message}`;
    }
    return 'not reached';
  }, enter);

  const steps = wrapped();
  expect(steps.next().value).toBe('one');
  expect(steps.next('answer').value).toBe('two');
  expect(steps.throw(new Error('thrown'))).toEqual({ done: true, value: 'answer thrown' });
  expect(count()).toBe(4);
});
