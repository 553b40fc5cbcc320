import { describe, expect, test } from 'vitest';
import { isReelError } from '../errors.ts';
import { assertNoSecrets, findSecrets } from './guard.ts';
import { createRedactor } from './redactor.ts';
import {
  plainSecret,
  secretsByRule,
  secretsInContext,
  seeded,
} from '../../test/fixtures/synthetic-secrets.ts';

const unshaped = plainSecret(seeded(1));
const groqKey = secretsByRule['groq-key']![0]!(seeded(1));

function refusal(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

function lines(...values: unknown[]): Uint8Array {
  return Buffer.from(`${values.map((value) => JSON.stringify(value)).join('\n')}\n`);
}

const header = {
  reel: 1,
  name: 'chat',
  recordedAt: '2026-11-20T10:00:00Z',
  by: '@reel/core 0.1.0',
  rules: '1-00000000',
};

describe('finds what the redactor was told to leave', () => {
  // An ordinary field, so that only the shape speaks.
  test.each(Object.keys(secretsByRule))('%s', (ruleId) => {
    for (const [index, make] of secretsByRule[ruleId]!.entries()) {
      const secret = make(seeded(index + 1));
      const findings = findSecrets(lines(header, { request: 1, json: { note: `key: ${secret}` } }), {
        known: [],
      });
      expect(findings).toMatchObject([{ line: 2, path: 'json.note' }]);
      expect(JSON.stringify(findings)).not.toContain(secret.slice(4, 16));
    }
  });

  test.each(Object.keys(secretsInContext))('%s', (ruleId) => {
    const [before, secret, after] = secretsInContext[ruleId]![0]!(seeded(2));
    const known = ruleId === 'basic-auth' ? [Buffer.from(secret, 'base64').toString().slice(5)] : [];
    expect(findSecrets(lines({ note: `see ${before}${secret}${after}` }), { known })).not.toEqual([]);
  });
});

describe('finds a known value', () => {
  const raw = Buffer.from(unshaped);
  test.each([
    ['plain', unshaped],
    ['in base64', raw.toString('base64')],
    ['in base64 after one byte', Buffer.concat([Buffer.from('a'), raw]).toString('base64')],
    ['in base64 after two bytes', Buffer.concat([Buffer.from('ab'), raw]).toString('base64')],
    ['in hex', raw.toString('hex')],
    ['percent-encoded to the last letter', [...raw].map((byte) => `%${byte.toString(16)}`).join('')],
    [
      'in \\u escapes',
      [...unshaped].map((letter) => String.raw`\u00` + letter.charCodeAt(0).toString(16)).join(''),
    ],
    ['in base64 of base64', Buffer.from(`x: ${raw.toString('base64')}`).toString('base64')],
  ])('%s', (_, written) => {
    expect(findSecrets(lines({ text: `a ${written} b` }), { known: [unshaped] })).toMatchObject([
      { ruleId: 'known-value', line: 1, path: 'text' },
    ]);
  });

  test('in a binary body, in a name, in a line that is no JSON, and across chunks', () => {
    const known = [unshaped];
    expect(
      findSecrets(lines({ base64: Buffer.concat([Buffer.from([255, 0]), raw]).toString('base64') }), {
        known,
      }),
    ).toMatchObject([{ path: 'base64', encoding: 'base64' }]);
    expect(findSecrets(lines({ json: { [unshaped]: 1 } }), { known })).toMatchObject([{ path: 'json.*' }]);
    expect(findSecrets(Buffer.from(`\n<<<<<<< ${unshaped}\n`), { known })).toEqual([
      { ruleId: 'known-value', line: 2, encoding: 'plain' },
    ]);
    expect(
      findSecrets(
        lines(header, { chunk: 1, text: unshaped.slice(0, 9) }, { chunk: 1, text: unshaped.slice(9) }),
        { known },
      ),
    ).toEqual([{ ruleId: 'known-value', line: 2, encoding: 'joined-stream' }]);
  });
});

test('finds a key spelled over deltas', () => {
  const chunk = (content: string): unknown => ({
    chunk: 1,
    text: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`,
  });
  const findings = findSecrets(
    lines(
      header,
      ...[groqKey.slice(0, 5), groqKey.slice(5, 11), groqKey.slice(11)].map((part) => chunk(part)),
    ),
    {
      known: [],
    },
  );
  expect(findings).toEqual([
    { ruleId: 'prefixed-key', line: 2, path: 'choices[].delta.content', encoding: 'joined-stream' },
  ]);
});

test.each([
  ['a field', { json: { clientSecret: unshaped } }],
  ['a field of JSON in a string', { json: { arguments: JSON.stringify({ api_key: unshaped }) } }],
  ['a field in an event', { chunk: 1, text: `data: {"password":"${unshaped}"}\n\n` }],
  ['a header', { headers: [['x-api-key', unshaped]] }],
  ['a query parameter', { url: `https://h.example/?access_token=${unshaped}` }],
  ['an assignment', { json: { content: `export DB_PASSWORD="${unshaped}"` } }],
])('finds something random under a name that promises a secret: %s', (_, line) => {
  const findings = findSecrets(lines(line), { known: [] });
  expect(new Set(findings.map(({ ruleId }) => ruleId))).toEqual(new Set(['secret-name']));
});

test.each(Object.entries(secretsByRule))(
  'finds nothing in what the redactor has been through: %s',
  (_, makers) => {
    const redactor = createRedactor({}, { A_TOKEN: unshaped });
    for (const make of makers) {
      const secret = make(seeded(7));
      const content = `one ${secret} two ${Buffer.from(`k=${secret}`).toString('base64')} ${encodeURIComponent(secret)} ${unshaped}`;
      const body = redactor.body(
        Buffer.from(JSON.stringify({ content, api_key: secret })),
        'application/json',
      );
      const cassette = lines(header, {
        request: 1,
        json: JSON.parse(Buffer.from(body).toString()) as unknown,
      });
      expect(findSecrets(cassette, { known: redactor.known })).toEqual([]);
    }
  },
);

test.each([
  [
    'ids',
    'chatcmpl-B1x9mZq0Xc3PwT7uV5yLk2Ns4Rd6Fg call_7Fh2kLm9Qw3Er5Ty8Ui1Op toolu_01A09q90qw90lq917835lq9 resp_67ccd2bed1ec8190b14f964abc05',
  ],
  ['a UUID and a hash', '3f2504e0-4f89-41d3-9a0c-0305e82c3301 9fceb02d0ae598e95dc970b74767f19372d61af8'],
  [
    'a signature of thinking',
    Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 167 + 13) % 256)).toString('base64'),
  ],
  [
    'prose',
    'The password is reset by the user. Your api_key: required. secret=value, token: abc, max_tokens: 4096.',
  ],
  ['code', 'api_key=os.environ["OPENAI_API_KEY"], password = getpass.getpass(), secret: process.env.SECRET1'],
  [
    'placeholders',
    'api_key=[redacted:api-key] Bearer [redacted:groq-key] https://[redacted:url-credentials]@host.example',
  ],
])('raises no false alarm for %s', (_, text) => {
  const json = {
    content: text,
    id: text.split(' ')[0],
    signature: text,
    token: ' the',
    embedding: text,
    max_tokens: 17,
    password: { type: 'string' },
  };
  expect(findSecrets(lines(header, { request: 1, json }), { known: [] })).toEqual([]);
});

describe('assertNoSecrets', () => {
  const files = {
    bytes: lines(header, { request: 1, json: { note: groqKey } }),
    blobs: new Map([['abc', Buffer.from(`x ${unshaped}`)]]),
  };
  const redactor = { known: [unshaped] };

  test('refuses with rule, line and path, and never a character of the value', () => {
    const error = refusal(() => assertNoSecrets(files, { redactor, where: 'cassettes/chat.jsonl' }));
    expect(isReelError(error)).toBe(true);
    const { message } = error as Error;
    expect(message).toContain('REEL_SECRET_FOUND: the recording holds what looks like 2 secrets');
    expect(message).toContain('cassettes/chat.jsonl:2 at json.note (prefixed-key)');
    expect(message).toContain('blob abc:1 (known-value)');
    for (const secret of [groqKey, unshaped]) {
      for (let i = 0; i + 6 <= secret.length; i += 1) expect(message).not.toContain(secret.slice(i, i + 6));
    }
  });

  test('passes what is clean, and what is to be ignored', () => {
    expect(() => assertNoSecrets({ bytes: lines(header) }, { redactor, where: 'x' })).not.toThrow();
    expect(() =>
      assertNoSecrets(files, { redactor, where: 'x', ignore: ['prefixed-key', 'known-value'] }),
    ).not.toThrow();
  });
});
