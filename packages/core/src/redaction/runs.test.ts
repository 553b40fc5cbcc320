import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codesOf } from './codes.ts';
import { eachRun, shortestRun } from './runs.ts';

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '0', '-', '/', '%', '_'), maxLength: 40 }),
      fc.constantFrom(' ', '"', 'é', '\u4e2d', '\u2020', '\\'),
    ),
  )
  .map((parts) => parts.join(''));

test('visits exactly the long stretches of token characters', () => {
  fc.assert(
    fc.property(text, (text) => {
      const runs: string[] = [];
      eachRun(codesOf(text), (start, end) => runs.push(text.slice(start, end)));
      expect(runs).toEqual(text.match(new RegExp(`[\\w+/=.~%:@-]{${shortestRun},}`, 'g')) ?? []);
    }),
  );
});

test('says of each whether something in it ends a stretch of base64', () => {
  fc.assert(
    fc.property(text, (text) => {
      eachRun(codesOf(text), (start, end, isDivided) => {
        expect(isDivided).toBe(/[^\w+-]/.test(text.slice(start, end)));
      });
    }),
  );
});
