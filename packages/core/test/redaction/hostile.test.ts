import { expect, test } from 'vitest';
import { findSecrets } from '../../src/redaction/guard.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';
import { plainSecret, seeded } from '../fixtures/synthetic-secrets.ts';

const redactor = createRedactor({}, { SOME_KEY: plainSecret(seeded(1)) });

function timeOf(piece: string, size: number): number {
  const text = piece.repeat(Math.ceil(size / piece.length));
  const bytes = Buffer.from(text);
  const before = process.cpuUsage();
  redactor.body(bytes, 'application/json');
  redactor.stream([bytes.subarray(0, size / 2), bytes.subarray(size / 2)], 'text/event-stream');
  findSecrets(Buffer.from(JSON.stringify({ chunk: 1, text })), { known: redactor.known });
  return process.cpuUsage(before).user / 1e6;
}

test.each([
  'sk-',
  'sk-a1-',
  '-eyJ',
  'eyJaaaaaaaa.',
  'pa-',
  'xoxb-',
  'password=',
  'password=a1',
  '"password":"',
  '://',
  '://a:',
  'Bearer ',
  '%25',
  'Q~',
  'ya29.',
  'Basic a',
  '[redacted:',
  '"secrets":[',
  '"value":"',
  '["token","',
  '"name":"api_key","value":"',
  '[1,1,1,1,1,1,1,1,1,',
  'a/',
  '?a=',
  'mistral key ',
  'api_key: ?a=',
  '{',
  '%',
  '=',
  '{"token":"a","top_logprobs":[',
  'data: {"a":"',
  'AAAA\n',
  'bm90ZTog',
  String.raw`\\`,
  String.raw`\u002d`,
])('a megabyte of %s takes redactor and guard no time to speak of', (piece) => {
  // Quadratic time would be minutes; the bound is ten times what a slow machine needs.
  expect(timeOf(piece, 1e6)).toBeLessThan(10);
});

test.each([
  'eyJ',
  'AIza',
  'a1/',
  'Bearer a',
  '-----BEGIN PRIVATE KEY-----\\nAAAA',
  '[1,',
  String.raw`\u002d`,
])(
  'ten megabytes of %s are looked through, in linear time and without exhausting anything',
  (piece) => {
    expect(timeOf(piece, 1e7)).toBeLessThan(60);
  },
  120_000,
);

test.each([
  'eyJ',
  'AIza',
  'Bearer a1',
  `Bearer ${'a1'.repeat(20)}`,
  '-----BEGIN PRIVATE KEY-----AAAAAAAAAAAAAAAA',
])(
  'one token of ten megabytes that begins with %s is no reason to throw, and goes as a whole',
  (begin) => {
    const text = `x ${begin}${'Aa1'.repeat(3_400_000)} y`;
    expect(() => redactor.text(text)).not.toThrow();
    expect(() => findSecrets(Buffer.from(text), { known: [] })).not.toThrow();
  },
  60_000,
);

test('a key of ten megabytes goes as a whole', () => {
  const key = `AI${'za'}${'Aa1'.repeat(3_400_000)}`;
  expect(redactor.text(`x ${key} y`)).toBe('x [redacted:google-api-key] y');
});
