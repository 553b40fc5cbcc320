import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLiteralSet } from './literal-set.ts';

test('finds every occurrence of every literal, overlapping ones too', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u4e2d'), minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 12 }),
      fc.array(letters, { maxLength: 12 }),
      (literals, words) => {
        const text = words.join('');
        const found: [number, number][] = [];
        createLiteralSet(literals).search(text, (start, index) => found.push([start, index]));
        const expected = literals.flatMap((literal, index) =>
          [...text].flatMap((_, start) => (text.startsWith(literal, start) ? [[start, index]] : [])),
        );
        expect(found.toSorted()).toEqual(expected.toSorted());
      },
    ),
  );
});

test('an empty set finds nothing', () => {
  expect(createLiteralSet([]).size).toBe(0);
});

test('a literal of three letters is refused', () => {
  expect(() => createLiteralSet(['abcd', 'abc'])).toThrow(RangeError);
});
