import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CutText } from './cut-text.ts';
import type { Span } from './span.ts';

const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'é'), maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
});

test('knows its pieces, whether or not their bytes lie side by side', () => {
  fc.assert(
    fc.property(pieces, fc.boolean(), (pieces, areApart) => {
      const bytes = pieces.map((piece) => Buffer.from(piece, 'latin1'));
      const whole = Buffer.concat(bytes);
      let at = 0;
      const side = bytes.map(({ length }) => whole.subarray(at, (at += length)));
      const body = CutText.ofBytes(areApart ? bytes : side);
      expect(body.text).toBe(pieces.join(''));
      expect(pieces.map((_, index) => body.piece(index))).toEqual(pieces);
      expect(Buffer.from(body.codes).toString('latin1')).toBe(body.text);
    }),
  );
});

test('a replacement stands in the piece in which its span begins, and the pieces keep the rest', () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(50), { maxLength: 8 }), fc.boolean(), (pieces, edges, keep) => {
      const body = CutText.of(pieces);
      const sorted = [...new Set(edges.map((edge) => edge % (body.text.length + 1)))].toSorted(
        (a, b) => a - b,
      );
      const spans: Span[] = [];
      for (let n = 0; n + 1 < sorted.length; n += 2)
        spans.push({ start: sorted[n]!, end: sorted[n + 1]!, replacement: `<${n}>`, rank: 0 });
      // Character by character.
      let at = 0;
      const expected = pieces.map((piece) =>
        piece
          .split('')
          .map((character) => {
            const span = spans.find(({ start, end }) => start <= at && at < end);
            const isFirst = span?.start === at;
            at += 1;
            if (span === undefined) return character;
            return (isFirst ? span.replacement : '') + (keep && character === '\n' ? '\n' : '');
          })
          .join(''),
      );
      const replaced = body.replace(spans, keep);
      expect(pieces.map((_, index) => replaced.piece(index))).toEqual(expected);
      expect(replaced.text).toBe(expected.join(''));
    }),
    { numRuns: 1000 },
  );
});
