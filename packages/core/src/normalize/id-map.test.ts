import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, settleEdits } from './edits.ts';
import { IdMap } from './id-map.ts';

function rewrite(text: string, replacements: Record<string, string>): string {
  const ids = new IdMap();
  for (const [id, replacement] of Object.entries(replacements)) ids.add(id, replacement);
  return applyEdits(text, settleEdits(ids.find(text)));
}

const call = { call_Ab12Cd34: 'call_1' };

describe('IdMap', () => {
  it.each([
    ['a JSON string', '{"id":"call_Ab12Cd34"}', '{"id":"call_1"}'],
    ['JSON in a JSON string', '"{\\"id\\":\\"call_Ab12Cd34\\"}"', '"{\\"id\\":\\"call_1\\"}"'],
    ['a URL', 'https://x/v1/calls/call_Ab12Cd34?q=call_Ab12Cd34', 'https://x/v1/calls/call_1?q=call_1'],
    ['an escaped line break before it', '"see\\ncall_Ab12Cd34"', '"see\\ncall_1"'],
    ['a twice escaped line break before it', '"see\\\\ncall_Ab12Cd34"', '"see\\\\ncall_1"'],
    ['a Unicode escape before it', '"\\u003ccall_Ab12Cd34\\u003e"', '"\\u003ccall_1\\u003e"'],
    ['a percent escape before it', 'q=%2Fcall_Ab12Cd34', 'q=%2Fcall_1'],
    ['the very start and end', 'call_Ab12Cd34', 'call_1'],
    ['text outside ASCII beside it', 'écall_Ab12Cd34é', 'écall_1é'],
  ])('finds an id with %s', (_, before, after) => {
    expect(rewrite(before, call)).toBe(after);
  });

  it.each(['xcall_Ab12Cd34', 'call_Ab12Cd345', '9call_Ab12Cd34', 'call_Ab12Cd3'])(
    'does not find an id in the longer or shorter %s',
    (text) => {
      expect(rewrite(text, call)).toBe(text);
    },
  );

  it('finds a bare token behind an escape, where the escape looks like part of it', () => {
    expect(rewrite('"\\nHfc39Hu7S"', { Hfc39Hu7S: 'a00000001' })).toBe('"\\na00000001"');
    expect(rewrite('%2FHfc39Hu7S', { Hfc39Hu7S: 'a00000001' })).toBe('%2Fa00000001');
  });

  it('prefers the longest of ids that contain each other', () => {
    const uuid = '818ddabf-54fe-4920-85f8-f3bae6cf8f01';
    const ids = { [uuid]: 'U', [`chatcmpl-${uuid}`]: 'C' };
    expect(rewrite(`${uuid} chatcmpl-${uuid}`, ids)).toBe('U C');
  });

  /** Pieces of texts in which ids stand whole, cut, behind escapes and inside of longer words. */
  const known = [
    'call_Ab12Cd34',
    'Hfc39Hu7S',
    '818ddabf-54fe-4920-85f8-f3bae6cf8f01',
    'chatcmpl-818ddabf-54fe-4920-85f8-f3bae6cf8f01',
    'files/ofyvwkznturs',
    'ofyvwkznturs1',
    `tok_${'x1'.repeat(200)}`,
  ];
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(...known),
        fc.constantFrom(
          '\\n',
          '\\u0022',
          '\\u12',
          '%2F',
          '%',
          '\\',
          ' ',
          '-',
          '_',
          '"',
          'a',
          'é',
          'n',
          'Ab12Cd34',
          'x1',
        ),
        fc.string({ maxLength: 6 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.from(parts.join('')).toString('latin1'));

  /** By looking for each id at each place. */
  function rewriteSlowly(given: string, ids: readonly string[]): string {
    const isWord = (at: number): boolean => /[A-Za-z0-9]/.test(given[at] ?? '');
    const afterEscape = (at: number): boolean =>
      /(?:\\(?:[nrtbf]|u[0-9A-Fa-f]{4})|%[0-9A-Fa-f]{2})$/.test(given.slice(Math.max(0, at - 6), at));
    const edits = ids.flatMap((id) => {
      const at = Array.from({ length: given.length }, (_, index) => index).filter(
        (from) =>
          given.startsWith(id, from) &&
          (!isWord(from - 1) || from === 0 || afterEscape(from)) &&
          !isWord(from + id.length),
      );
      return at.map((start) => ({ start, end: start + id.length, text: '<>' }));
    });
    return applyEdits(given, settleEdits(edits.toSorted((a, b) => b.end - b.start - (a.end - a.start))));
  }

  it('finds in a text and in its bytes what looking for each id at each place finds', () => {
    fc.assert(
      fc.property(text, fc.subarray(known, { minLength: 1 }), (given, some) => {
        const ids = IdMap.of(some.map((id) => [id, '<>'] as const));
        const bytes = Buffer.from(given, 'latin1');
        expect(ids.findIn(bytes)).toEqual(ids.find(given));
        expect(ids.findIn(bytes, given)).toEqual(ids.find(given));
        expect(applyEdits(given, settleEdits(ids.find(given)))).toBe(rewriteSlowly(given, some));
      }),
      { numRuns: 2000 },
    );
  });

  it('is made again of what it holds', () => {
    const ids = IdMap.of(known.map((id, index) => [id, `call_${index}`] as const));
    const again = IdMap.of(ids.entries());
    const all = known.join(' ');
    expect(again.find(all)).toEqual(ids.find(all));
    expect(again.entries()).toEqual(ids.entries());
  });
});
