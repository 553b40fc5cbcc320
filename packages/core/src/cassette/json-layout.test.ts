import fc from 'fast-check';
import { expect, it } from 'vitest';
import { putTogether, takeApart } from './json-layout.ts';

const documents = fc
  .tuple(
    fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
    fc.constantFrom(undefined, 1, 2, 3, 4, 8, '\t'),
  )
  .map(([value, indent]) => JSON.stringify(value, null, indent));

it('puts together exactly what it takes apart, whatever white space is around', () => {
  const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 3 });
  fc.assert(
    fc.property(documents, space, space, (document, before, after) => {
      const text = before + document + after;
      const { compact, layout } = takeApart(text)!;
      expect(putTogether(JSON.parse(compact), layout)).toBe(text);
    }),
  );
});

it('knows JSON with spaces, and is not taken in by a space too many or too few', () => {
  const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(value, fc.nat(), fc.constantFrom('', ' ', '  ', ':', ',', '"'), (value, place, other) => {
      const text = putTogether(value, { spaced: true });
      expect(putTogether(JSON.parse(takeApart(text)!.compact), takeApart(text)!.layout)).toBe(text);
      const at = place % text.length;
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      const parts = takeApart(changed);
      // Left alone, or exact.
      const again = parts === undefined ? changed : putTogether(JSON.parse(parts.compact), parts.layout);
      expect(again).toBe(changed);
    }),
    { numRuns: 1000 },
  );
});

it('takes nothing apart that has something else around it', () => {
  fc.assert(
    fc.property(documents, fc.constantFrom('\u00a0', '\ufeff', 'x', '\u2028', ','), (document, other) => {
      expect(takeApart(document + other)).toBeUndefined();
      expect(takeApart(other + document)).toBeUndefined();
    }),
  );
});

it('does not touch line breaks and commas inside strings', () => {
  const text = '{"a": "x,\\n y", "b": ", "}';
  const parts = takeApart(text)!;
  expect(parts.layout).toEqual({ spaced: true });
  expect(putTogether(JSON.parse(parts.compact), parts.layout)).toBe(text);
});

it('leaves JSON that is nested too deeply alone, whatever its strings hold', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}"]]]]"${']'.repeat(depth)}`;
  expect(takeApart(nested(256))).toBeDefined();
  expect(takeApart(nested(257))).toBeUndefined();
});
