import { describe, expect, test } from 'vitest';
import { plainSecret, secretsByRule, seeded } from '../../../test/fixtures/synthetic-secrets.ts';
import { mayHoldSecret } from './raw-line.ts';

const random = seeded(1);
const value = plainSecret(random);
const key = secretsByRule['groq-key']![0]!(random);

function mayHold(line: unknown): boolean {
  const bytes = Buffer.from(typeof line === 'string' ? line : JSON.stringify(line));
  const file = { bytes, text: bytes.toString('latin1') };
  return mayHoldSecret(file, 0, bytes.length, {
    isClean: (text) => !text.includes(key),
    mayHoldKnown: (text) => text.includes('known'),
  });
}

describe('a line is decided by its raw text', () => {
  test.each([
    ['a request', { request: 1, url: 'https://api.openai.com/v1/chat', json: { model: 'gpt-4o', n: 1 } }],
    [
      'redacted headers',
      {
        headers: [
          ['authorization', 'Bearer [redacted:openai-key]'],
          ['vary', 'Origin, Authorization'],
        ],
      },
    ],
    ['prose with names', { content: 'The password: required. "max_tokens": 17, basic understanding' }],
    ['a schema', { password: { type: 'string' }, api_key: null, token_count: 5, description: 'd' }],
    ['JSON in JSON', { arguments: JSON.stringify({ city: 'Paris', note: 'x\ny' }) }],
    ['escapes that hide nothing', { html: String.raw`\u003cb\u003e caf\u00e9` }],
    ['ordinary percent-encoding', { url: 'https://host.example/a%20b%2Fc?x=%22y%22' }],
    ['embeddings', { embedding: [0.0123, -0.5, 1e-7, 12], usage: [1, 2, 3] }],
    [
      'base64 of a picture',
      { data: Buffer.from(Array.from({ length: 90 }, (_, i) => (i * 7) % 256)).toString('base64') },
    ],
    [
      'base64 of something harmless',
      { data: Buffer.from('just some ordinary words in here').toString('base64') },
    ],
  ])('%s needs no look at its values', (_, line) => {
    expect(mayHold(line)).toBe(false);
  });

  test.each([
    ['a shape', { note: `x ${key}` }],
    ['a shape behind an escape', { note: `x\n${key}` }],
    ['a shape behind an escaped letter', `{"note":"\\u2014${key}"}`],
    ['a shape in JSON in JSON', { a: JSON.stringify({ b: JSON.stringify({ c: `é\n${key}` }) }) }],
    ['an escape that may hide one', { note: String.raw`gsk\u005fabc` }],
    ['percent-encoding that hides one', { note: key.replace('_', '%5F') }],
    ['percent-encoding twice', { note: key.replace('_', '%255F') }],
    ['base64 with something in it', { note: Buffer.from(`some words ${key}`).toString('base64') }],
    ['base64 behind an escape', { note: `\n${Buffer.from(`some words ${key}`).toString('base64')}` }],
    ['wrapped base64', { note: `${'QUJD'.repeat(19)}\n${'QUJD'.repeat(9)}` }],
    ['bytes of a text', { bytes: [...Buffer.from('a text of some length')] }],
    ['a name with a value', { client_secret: value }],
    ['a name with a value in a list', { passwords: [value] }],
    ['a pair of name and value', { headers: [['x-api-key', value]] }],
    ['a name and a value apart', { value, name: 'x-api-key' }],
    ['an assignment', { note: `export DB_PASSWORD='${value}'` }],
    ['the beginning of a harmless value', `{"password":"abc\\",${value}"}`],
    ['log probabilities', { content: [{ token: 'a' }] }],
    ['a binary body', { base64: 'AAAA' }],
    ['too many backslashes', { note: '\\'.repeat(4) }],
    ['something known', { note: 'a known value' }],
    ['JSON that is nested deeply', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`],
  ])('%s is reason enough to look thoroughly', (_, line) => {
    expect(mayHold(line)).toBe(true);
  });
});
