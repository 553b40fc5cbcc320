import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  plainSecret,
  secretsByRule,
  secretsInContext,
  seeded,
} from '../../test/fixtures/synthetic-secrets.ts';
import { createRedactor } from './redactor.ts';
import { allTraits, trait, traitsOf } from './traits.ts';

test('a trait is there exactly when what it stands for is', () => {
  const unit = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...'abcXYZ09') },
    fc.constantFrom(...':=[\\%-@/ "{', 'é', '\u013a', '\u4e2d'),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 128 }), (text) => {
      const expected =
        (/[\w+/=.~%:@-]{16}/.test(text) ? trait.run : 0) |
        (/[:=]/.test(text) ? trait.separator : 0) |
        (text.includes('[') ? trait.bracket : 0) |
        (/[\\%]/.test(text) ? trait.escape : 0) |
        (text.includes('-') ? trait.hyphen : 0);
      expect(traitsOf(text)).toBe(expected);
    }),
    { numRuns: 1000 },
  );
  expect(traitsOf(' '.repeat(129))).toBe(allTraits);
});

test('a short text is redacted as it is at the head of a long one, which is searched for everything', () => {
  const known = plainSecret(seeded(3));
  const redactor = createRedactor({ secrets: ['hush', known] }, {});
  const makers = [...Object.values(secretsByRule), ...Object.values(secretsInContext)].flat();
  const secret = fc
    .tuple(fc.constantFrom(...makers), fc.nat())
    .map(([make, seed]) => [make(seeded(seed))].flat().join(''));
  const part = fc.oneof(
    secret,
    fc.constantFrom(
      known,
      'hush',
      ' ',
      'password=',
      '"token":"',
      '"',
      'Bearer ',
      '[',
      ',',
      '\\',
      '%41',
      '\n',
      'é',
      '\u4e2d',
      '12',
    ),
    fc.string({ maxLength: 12 }),
  );
  const rest = `\n${' '.repeat(130)}`;
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const text = parts.join('').slice(0, 128);
      expect(redactor.text(text + rest)).toBe(redactor.text(text) + rest);
      const header = redactor.responseHeaders([['x-note', text]])[0]![1];
      expect(header).toBe(redactor.text(text));
    }),
    { numRuns: 2000 },
  );
});
