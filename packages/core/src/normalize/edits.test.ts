import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, applyEditsToPieces, settleEdits } from './edits.ts';

const edit = fc
  .tuple(fc.nat({ max: 30 }), fc.nat({ max: 6 }), fc.string({ maxLength: 4 }))
  .map(([start, length, text]) => ({ start, end: Math.min(start + length, 30), text }));

/** Texts of 30 characters, whole and in pieces. */
const pieces = fc
  .tuple(fc.string({ minLength: 30, maxLength: 30, unit: 'grapheme-ascii' }), fc.array(fc.nat({ max: 30 })))
  .map(([text, cuts]) => {
    const at = [0, ...cuts.toSorted((a, b) => a - b), 30];
    return at.slice(1).map((end, index) => text.slice(at[index], end));
  });

describe('edits', () => {
  it('lets the earlier of two overlapping edits win', () => {
    const first = { start: 4, end: 8, text: 'A' };
    const second = { start: 0, end: 5, text: 'B' };
    expect(settleEdits([first, second])).toEqual([first]);
    expect(settleEdits([second, first])).toEqual([second]);
  });

  it('settles into edits that are sorted and do not overlap', () => {
    fc.assert(
      fc.property(fc.array(edit), (edits) => {
        const settled = settleEdits(edits);
        for (let i = 1; i < settled.length; i++) {
          expect(settled[i]!.start).toBeGreaterThanOrEqual(settled[i - 1]!.end);
        }
      }),
    );
  });

  it('gives the same text whatever the pieces it lies in', () => {
    fc.assert(
      fc.property(pieces, fc.array(edit), (parts, edits) => {
        // An empty edit at a cut belongs to either side; none is ever made.
        const settled = settleEdits(edits.filter(({ start, end }) => start < end));
        expect(applyEditsToPieces(parts, settled).join('')).toBe(applyEdits(parts.join(''), settled));
      }),
    );
  });

  it('writes a replacement before the cut that went through what it replaces', () => {
    expect(applyEditsToPieces(['xxAB', 'CDyy'], [{ start: 2, end: 6, text: 'new' }])).toEqual([
      'xxnew',
      'yy',
    ]);
  });

  it('leaves pieces alone that nothing touches', () => {
    expect(applyEditsToPieces(['ab', '', 'cd'], [{ start: 2, end: 3, text: 'C' }])).toEqual(['ab', '', 'Cd']);
  });
});
