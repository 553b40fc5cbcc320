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
});
