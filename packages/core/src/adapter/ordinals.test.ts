import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ordinalsOf } from './ordinals.ts';

describe('ordinalsOf', () => {
  test('counts tests of equal titles in the order they come', () => {
    const tests = [['a'], ['b'], ['a'], ['a', 'b'], ['a']];
    const ordinals = ordinalsOf(tests, (titles) => titles);
    expect(tests.map((test) => ordinals.get(test))).toEqual([1, 1, 2, 1, 3]);
  });

  test('does not take a title for two', () => {
    const tests = [['a b'], ['a', 'b'], ['a > b']];
    const ordinals = ordinalsOf(tests, (titles) => titles);
    expect(tests.map((test) => ordinals.get(test))).toEqual([1, 1, 1]);
  });

  test('gives no two tests the same titles and the same number', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom('a', 'b', 'a b'), { maxLength: 2 })), (tests) => {
        const ordinals = ordinalsOf(tests, (titles) => titles);
        const names = tests.map((titles) => JSON.stringify([titles, ordinals.get(titles)]));
        expect(new Set(names).size).toBe(tests.length);
      }),
    );
  });
});
