import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachRun, shortestRun } from './runs.ts';

test('visits exactly the long stretches of token characters', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.string({ unit: fc.constantFrom('a', '0', '-', '/', '%'), maxLength: 40 }),
        fc.constantFrom(' ', '"', 'é', '\u4e2d', '\\'),
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (text) => {
      const runs: string[] = [];
      eachRun(text, (start, end) => runs.push(text.slice(start, end)));
      expect(runs).toEqual(text.match(new RegExp(`[\\w+/=.~%:@-]{${shortestRun},}`, 'g')) ?? []);
    }),
  );
});
