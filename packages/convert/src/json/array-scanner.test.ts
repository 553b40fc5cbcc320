import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArrayScanner } from './array-scanner.ts';

/** The elements as values, of a text that comes in blocks of these sizes, over and over. */
function elements(text: string, path: readonly string[], sizes: readonly number[]): unknown[] {
  const bytes = Buffer.from(text);
  const scanner = new ArrayScanner(path);
  const found: unknown[] = [];
  for (let at = 0, index = 0; at < bytes.byteLength; index++) {
    const end = at + sizes[index % sizes.length]!;
    for (const element of scanner.feed(bytes.subarray(at, end)))
      found.push(JSON.parse(Buffer.from(element).toString('utf8')));
    at = end;
  }
  expect(scanner.isDone).toBe(true);
  return found;
}

const wildText = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', ' ', 'a', 'é', '😀', '\n') }),
  fc.string({ unit: fc.constantFrom('"', '\\', 'x'), minLength: 30, maxLength: 90 }),
  fc.constantFrom('log', 'entries'),
);
const wildValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    wildText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(wildText, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const blockSizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the elements of an array in a JSON text', () => {
  test('are found wherever the text is cut into blocks, whatever stands in them and around them', () => {
    fc.assert(
      fc.property(
        fc.array(wildValue, { maxLength: 6 }),
        wildValue,
        wildValue,
        blockSizes,
        fc.constantFrom(undefined, 1, 4),
        (list, before, after, sizes, indent) => {
          const text = JSON.stringify(
            { x: before, log: { y: before, entries: list, z: after } },
            null,
            indent,
          );
          expect(elements(text, ['log', 'entries'], sizes)).toEqual(normal(list));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('are found in a text that is the array', () => {
    fc.assert(
      fc.property(fc.array(wildValue, { maxLength: 6 }), blockSizes, (list, sizes) => {
        expect(elements(JSON.stringify(list), [], sizes)).toEqual(normal(list));
      }),
    );
  });

  test('are not taken from an array of the same name elsewhere', () => {
    const text = '{"entries":[1],"log":{"more":{"entries":[2]},"entries":[3]}}';
    expect(elements(text, ['log', 'entries'], [7])).toEqual([3]);
  });
});
