import { expect, test } from 'vitest';
import { findSecrets } from '../../src/redaction/guard.ts';

test.each([
  '[{"token":"a"},null]',
  '[{"token":"a"},"b",3]',
  '{"content":[{"token":null},{"token":"a"},null]}',
])('a list that begins like log probabilities and goes on otherwise is looked at to its end: %s', (json) => {
  const key = `sk-proj-${'A1b2C3d4'.repeat(6)}`;
  const line = (text: string): Buffer => Buffer.from(`{"response":1,"body":{"json":${text}}}\n`);
  expect(findSecrets(line(json), { known: [] })).toEqual([]);
  const planted = line(`[${json},"${key}"]`);
  expect(findSecrets(planted, { known: [] })).not.toEqual([]);
});
