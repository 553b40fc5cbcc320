import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldParts } from './recorded-in-parts.ts';

/** Each string is one part, each letter of it a request; capitals and small letters are equal. */
const fold = (...parts: string[]): string =>
  foldParts(
    parts.map((part) => [...part]),
    (letter) => letter.toLowerCase(),
  ).join('');

describe('a recording in parts', () => {
  it('has once what its parts have in common, and all that only one of them has', () => {
    expect(fold('aa', 'ab', 'bc')).toBe('aabc');
    expect(fold('', 'ab', '')).toBe('ab');
    expect(fold()).toBe('');
  });

  it('has a request as often as the part that makes it most often', () => {
    expect(fold('a', 'aaa', 'aa')).toBe('aaa');
    expect(fold('a', 'baba', 'bbb')).toBe('abbab');
  });

  it('has the answers of the first part that made a request', () => {
    expect(fold('ab', 'BAC', 'AAc')).toBe('abCA');
  });

  it('is enough for each of its parts, and no more than the largest counts of them', () => {
    const count = (text: string, letter: string): number => text.split(letter).length - 1;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c') })), (parts) => {
        const whole = fold(...parts);
        for (const letter of 'abc') {
          expect(count(whole, letter)).toBe(Math.max(0, ...parts.map((part) => count(part, letter))));
        }
      }),
    );
  });
});
