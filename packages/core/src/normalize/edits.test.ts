import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, fromEditList, mergeEdits, movedCuts, settleEdits, type Edit } from './edits.ts';

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

/** An empty edit at a cut belongs to either side; none is ever made. */
const edits = fc.array(edit).map((list) => list.filter(({ start, end }) => start < end));

/** The text in its pieces after the edits, with {@link movedCuts}. */
function editedPieces(parts: readonly string[], settled: readonly Edit[]): string[] {
  const whole = applyEdits(parts.join(''), settled);
  let end = 0;
  const ends = movedCuts(
    parts.map(({ length }) => (end += length)),
    settled,
  );
  return ends.map((cut, index) => whole.slice(ends[index - 1] ?? 0, cut));
}

/** The same in the plain way: one character after the other. */
function slowlyEditedPieces(parts: readonly string[], settled: readonly Edit[]): string[] {
  let offset = 0;
  return parts.map((part) => {
    let written = '';
    for (const character of part) {
      const over = settled.find(({ start, end }) => start <= offset && end > offset);
      if (over === undefined) written += character;
      else if (over.start === offset) written += over.text;
      offset++;
    }
    return written;
  });
}

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

  it('settles two settled lists like one', () => {
    fc.assert(
      fc.property(edits, edits, (some, more) => {
        const [first, second] = [settleEdits(some), settleEdits(more)];
        expect(mergeEdits(first, second)).toEqual(settleEdits([...first, ...second]));
      }),
    );
  });

  it('come out of their list as they were', () => {
    fc.assert(
      fc.property(edits, (some) => {
        const places = Uint32Array.from(some.flatMap(({ start, end }) => [start, end]));
        expect(fromEditList({ places, texts: some.map(({ text }) => text) })).toEqual(some);
      }),
    );
  });

  it('move the cuts between the pieces of a text with what is around them', () => {
    fc.assert(
      fc.property(pieces, edits, (parts, some) => {
        const settled = settleEdits(some);
        expect(editedPieces(parts, settled)).toEqual(slowlyEditedPieces(parts, settled));
      }),
    );
  });

  it('writes a replacement before the cut that went through what it replaces', () => {
    expect(editedPieces(['xxAB', 'CDyy'], [{ start: 2, end: 6, text: 'new' }])).toEqual(['xxnew', 'yy']);
  });

  it('leaves pieces alone that nothing touches', () => {
    expect(editedPieces(['ab', '', 'cd'], [{ start: 2, end: 3, text: 'C' }])).toEqual(['ab', '', 'Cd']);
  });
});
