import { describe, expect, test } from 'vitest';
import { crc32, gzipSync, gunzipSync, brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { findSecrets } from './guard.ts';
import { createRedactor, type RedactOptions } from './redactor.ts';
import { plainSecret, secretsByRule, seeded } from '../../test/fixtures/synthetic-secrets.ts';

const key = secretsByRule['groq-key']![0]!(seeded(1));
const unshaped = plainSecret(seeded(2));
const redactor = createRedactor({}, {});

function json(value: unknown, options: RedactOptions = {}): unknown {
  const bytes = createRedactor(options, {}).body(Buffer.from(JSON.stringify(value)), 'application/json');
  return JSON.parse(Buffer.from(bytes).toString());
}

describe('values that do not stand beside their name', () => {
  test.each([
    [{ passwords: [unshaped, 'hunter2'] }, { passwords: ['[redacted:password]', '[redacted:password]'] }],
    [
      { secrets: { db: unshaped, note: 'two words' } },
      { secrets: { db: '[redacted:secret]', note: 'two words' } },
    ],
    [
      { name: 'x-api-key', value: unshaped },
      { name: 'x-api-key', value: '[redacted:api-key]' },
    ],
    [
      { value: unshaped, name: 'client_secret' },
      { value: '[redacted:secret]', name: 'client_secret' },
    ],
    [{ h: [['x-api-key', unshaped]] }, { h: [['x-api-key', '[redacted:api-key]']] }],
    [{ bytes: [...Buffer.from(`a ${key}`)] }, { bytes: [...Buffer.from('a [redacted:groq-key]')] }],
  ])('%j', (before, after) => {
    expect(json(before)).toEqual(after);
    expect(json(after)).toEqual(after);
    const nested = { arguments: JSON.stringify(before) };
    expect(json(nested)).toEqual({ arguments: JSON.stringify(after) });
  });
});

test('base64 in the lines of MIME is read as one, and stays in lines', () => {
  const text = `${'some words to fill the lines with. '.repeat(4)}${key} and more`;
  const lines = Buffer.from(text)
    .toString('base64')
    .match(/.{1,76}/g)!
    .join('\r\n');
  const redacted = redactor.text(`head\r\n\r\n${lines}\r\n--`);
  const body = redacted.slice(8, -4);
  expect(
    body
      .split('\r\n')
      .slice(0, -1)
      .every((line) => line.length === 76),
  ).toBe(true);
  expect(Buffer.from(body, 'base64').toString()).toBe(text.replace(key, '[redacted:groq-key]'));
});

test.each([
  ['gzip', gzipSync, gunzipSync],
  ['br', brotliCompressSync, brotliDecompressSync],
])('a request body compressed with %s is opened, redacted and compressed again', (coding, compress, open) => {
  const request = (text: string) => ({
    method: 'POST',
    url: 'https://h.example/',
    headers: [
      ['content-type', 'application/json'],
      ['content-encoding', coding],
    ] as [string, string][],
    body: compress(text),
  });
  const redacted = redactor.request(request(`{"note":"${key}"}`));
  expect(open(redacted.body).toString()).toBe('{"note":"[redacted:groq-key]"}');
  expect(redactor.request(redacted)).toBe(redacted);
  const clean = request('{"note":"nothing"}');
  expect(redactor.request(clean).body).toBe(clean.body);
});

describe('log probabilities', () => {
  const tokens = `say ${key} now`.match(/.{1,5}/g)!;
  const content = tokens.map((token) => ({
    token,
    logprob: -0.5,
    bytes: [...Buffer.from(token)],
    top_logprobs: [{ token, logprob: -0.5, bytes: [...Buffer.from(token)] }],
  }));

  test('of a whole answer lose the tokens of the secret, their bytes and their alternatives', () => {
    const redacted = json({ choices: [{ index: 0, logprobs: { content } }] }) as {
      choices: { logprobs: { content: typeof content } }[];
    };
    const [{ logprobs }] = redacted.choices as [(typeof redacted.choices)[0]];
    expect(logprobs.content.map(({ token }) => token).join('')).toBe('say [redacted:groq-key] now');
    expect(logprobs.content).toHaveLength(tokens.length);
    expect(logprobs.content.flatMap(({ bytes, top_logprobs }) => [...bytes, ...top_logprobs])).toEqual([]);
    expect(logprobs.content.every(({ logprob }) => logprob === -0.5)).toBe(true);
  });

  test('without a secret stay as they are', () => {
    const clean = { choices: [{ index: 0, logprobs: { content: content.slice(0, 1) } }] };
    expect(json(clean)).toEqual(clean);
  });
});

describe('AWS event streams', () => {
  const frame = (payload: string): Buffer => {
    const name = ':event-type';
    const header = Buffer.concat([
      Buffer.of(name.length),
      Buffer.from(name),
      Buffer.of(7, 0, 5),
      Buffer.from('chunk'),
    ]);
    const bytes = Buffer.alloc(16 + header.length + payload.length);
    bytes.writeUInt32BE(bytes.length, 0);
    bytes.writeUInt32BE(header.length, 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    header.copy(bytes, 12);
    bytes.write(payload, 12 + header.length);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
    return bytes;
  };
  const event = (text: string): string =>
    JSON.stringify({ bytes: Buffer.from(JSON.stringify({ delta: { text } })).toString('base64') });

  test('keep valid lengths and checksums, also where the secret is spelled over frames', () => {
    const pieces = [`so ${key.slice(0, 20)}`, `${key.slice(20)} it is`].map((text) => frame(event(text)));
    const redacted = redactor.stream(pieces, 'application/vnd.amazon.eventstream');
    expect(redacted).toEqual(['so [redacted:groq-key]', ' it is'].map((text) => frame(event(text))));
    expect(redactor.stream(redacted, 'application/vnd.amazon.eventstream')).toEqual(redacted);
  });

  test('without a secret are the same pieces', () => {
    const pieces = [frame(event('hello')), frame('{"p":"abc"}')];
    expect(redactor.stream(pieces, 'application/vnd.amazon.eventstream')).toBe(pieces);
  });
});

describe('what the user names', () => {
  test('by JSON path is redacted in documents, events and messages, whatever it is', () => {
    const options = { paths: ['$.user.email', 'items[*].id', '**.ssn', 'whole'] };
    const value = {
      user: { email: 'ada@example.org', name: 'Ada' },
      items: [
        { id: 7, ok: true },
        { id: 'x"y', ok: false },
      ],
      deep: { er: [{ ssn: null }, { ssn: '1-2' }] },
      whole: { a: [1, { b: 'c' }] },
    };
    const gone = '[redacted:json-path]';
    const after = {
      user: { email: gone, name: 'Ada' },
      items: [
        { id: gone, ok: true },
        { id: gone, ok: false },
      ],
      deep: { er: [{ ssn: null }, { ssn: gone }] },
      whole: { a: [gone, { b: gone }] },
    };
    expect(json(value, options)).toEqual(after);
    expect(json(after, options)).toEqual(after);
    const events = [value, { user: { email: 'b' } }].map((one) =>
      Buffer.from(`data: ${JSON.stringify(one)}\n\n`),
    );
    const redacted = createRedactor(options, {}).stream(events, 'text/event-stream');
    expect(redacted.map((bytes) => Buffer.from(bytes).toString())).toEqual([
      `data: ${JSON.stringify(after)}\n\n`,
      `data: {"user":{"email":"${gone}"}}\n\n`,
    ]);
  });

  test('by function is found across the cuts of a stream too', () => {
    const find = (text: string): [number, number][] =>
      [...text.matchAll(/Zebra/g)].map(({ index }) => [index, index + 5]);
    const pieces = ['a Ze', 'bra b'].map((text) => Buffer.from(text));
    const redacted = createRedactor({ patterns: [{ id: 'animal', pattern: find }] }, {}).stream(
      pieces,
      'text/plain',
    );
    expect(redacted.map((bytes) => Buffer.from(bytes).toString())).toEqual(['a [redacted:animal]', ' b']);
  });
});

describe('the allow list of the guard', () => {
  const file = Buffer.from(`${JSON.stringify({ request: 1, json: { note: `x ${key}`, other: [key] } })}\n`);
  const found = findSecrets(file, { known: [], fingerprints: true });

  test('lets a place through, a value by its fingerprint, and nothing else', () => {
    expect(found.map(({ path }) => path)).toEqual(['json.note', 'json.other[0]']);
    const reason = 'an example';
    const left = (allow: RedactOptions['allow']): unknown =>
      findSecrets(file, { known: [], allow: createRedactor({ allow: allow! }, {}).allow }).map(
        ({ path }) => path,
      );
    expect(left([{ rule: 'prefixed-key', path: 'json.note', reason }])).toEqual(['json.other[0]']);
    expect(left([{ rule: 'prefixed-key', path: 'json.**', reason }])).toEqual([]);
    expect(left([{ rule: 'prefixed-key', value: found[0]!.fingerprint!, reason }])).toEqual([]);
    expect(left([{ rule: 'jwt', path: 'json.note', reason }])).toEqual(['json.note', 'json.other[0]']);
    expect(
      findSecrets(file, { known: [key], allow: [{ rule: 'prefixed-key', path: '**', reason }] }),
    ).toMatchObject([{ ruleId: 'known-value' }, { ruleId: 'known-value' }]);
  });

  test.each([
    [{ rule: 'known-value', path: 'a', reason: 'b' }],
    [{ rule: 'no-such-rule', path: 'a', reason: 'b' }],
    [{ rule: 'jwt', reason: 'b' }],
    [{ rule: 'jwt', path: 'a', reason: ' ' }],
    [{ rule: 'jwt', value: key, reason: 'b' }],
    [{ rule: 'jwt', path: 'a', reason: `it is ${key}` }],
  ])('refuses an entry that lets too much through or holds a secret, without quoting it: %#', (entry) => {
    let message = '';
    try {
      createRedactor({ allow: [entry] }, {});
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/REEL_INVALID_OPTION.*redact\.allow\[0\]/s);
    expect(message).not.toContain(key.slice(0, 12));
  });
});
