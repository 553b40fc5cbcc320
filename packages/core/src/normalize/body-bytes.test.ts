import { expect, it } from 'vitest';
import { bodyBytes } from './body-bytes.ts';

const whole = Buffer.from('data: one\n\ndata: two\n\n');
const cut = [whole.subarray(0, 11), whole.subarray(11, 11), whole.subarray(11)].map((bytes) => ({ bytes }));

it('does not copy chunks that lie one behind the other', () => {
  const bytes = bodyBytes(cut);
  expect(Buffer.from(bytes).equals(whole)).toBe(true);
  expect(bytes.buffer).toBe(whole.buffer);
});

it.each([
  ['in another order', [cut[2]!, cut[0]!]],
  ['with a gap', [cut[0]!, { bytes: whole.subarray(12) }]],
  ['of other memory', [cut[0]!, { bytes: new Uint8Array(3) }]],
  ['at the same place of other memory', [cut[0]!, { bytes: Uint8Array.from(whole).subarray(11) }]],
  ['none at all', []],
])('joins chunks %s', (_, chunks) => {
  expect(Buffer.from(bodyBytes(chunks))).toEqual(Buffer.concat(chunks.map(({ bytes }) => bytes)));
});
