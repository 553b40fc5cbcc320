import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codesOf } from './codes.ts';

test('the codes of a text are its units, those above 0xff as 0xff', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 150 }), fc.boolean(), (anything, isNarrow) => {
      const text = isNarrow ? Buffer.from(anything).toString('latin1') : anything;
      expect([...codesOf(text)]).toEqual(
        Array.from({ length: text.length }, (_, at) => Math.min(text.charCodeAt(at), 0xff)),
      );
    }),
  );
});
