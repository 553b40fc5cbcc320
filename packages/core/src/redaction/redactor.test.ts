import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { createRedactor, type RedactOptions } from './redactor.ts';
import { plainSecret, secretsByRule, seeded } from '../../test/fixtures/synthetic-secrets.ts';

const openaiKey = secretsByRule['openai-key']![0]!(seeded(1));
const unshaped = plainSecret(seeded(2));

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function bodyOf(
  text: string,
  contentType = 'application/json',
  options: RedactOptions = {},
  environment = {},
): string {
  return Buffer.from(createRedactor(options, environment).body(bytes(text), contentType)).toString('utf8');
}

describe('request headers', () => {
  const { requestHeaders } = createRedactor({}, {});

  test('are stored when they say what is asked for, and not when they say by whom or from where', () => {
    expect(
      requestHeaders([
        ['Content-Type', 'application/json'],
        ['Authorization', `Bearer ${openaiKey}`],
        ['x-api-key', unshaped],
        ['X-Custom-Api-Key', unshaped],
        ['user-agent', 'OpenAI/JS 6.1.0'],
        ['x-stainless-os', 'Linux'],
        ['cookie', `session=${unshaped}`],
        ['content-length', '17'],
        ['anthropic-version', '2023-06-01'],
      ]),
    ).toEqual([
      ['Content-Type', 'application/json'],
      ['anthropic-version', '2023-06-01'],
    ]);
  });

  test('of the user are stored too, and one that authenticates only as a fact', () => {
    const { requestHeaders } = createRedactor(
      { headers: { allow: ['X-Tenant', 'authorization'], deny: ['accept'] } },
      {},
    );
    expect(
      requestHeaders([
        ['x-tenant', 'blue'],
        ['authorization', `Bearer ${unshaped}`],
        ['accept', '*/*'],
      ]),
    ).toEqual([
      ['x-tenant', 'blue'],
      ['authorization', '[redacted:credential-header]'],
    ]);
  });

  test('that are stored lose secrets in their values', () => {
    expect(
      requestHeaders([['sec-websocket-protocol', `realtime, openai-insecure-api-key.${openaiKey}`]]),
    ).toEqual([['sec-websocket-protocol', 'realtime, openai-insecure-api-key.[redacted:credential-header]']]);
  });
});

describe('response headers', () => {
  const { responseHeaders } = createRedactor({}, {});

  test('keep their names, and lose values that tell the account', () => {
    expect(
      responseHeaders([
        ['content-type', 'application/json'],
        ['openai-organization', 'user-abcdef'],
        ['anthropic-organization-id', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
        ['x-ratelimit-remaining-tokens', '149984'],
        ['openai-processing-ms', '312'],
        ['cf-ray', '8f0-FRA'],
        ['x-auth-token', unshaped],
      ]),
    ).toEqual([
      ['content-type', 'application/json'],
      ['openai-organization', '[redacted:account]'],
      ['anthropic-organization-id', '[redacted:account]'],
      ['x-ratelimit-remaining-tokens', '149984'],
      ['openai-processing-ms', '312'],
      ['cf-ray', '8f0-FRA'],
      ['x-auth-token', '[redacted:credential-header]'],
    ]);
  });

  test('set each cookie under its name, with its attributes and without its value', () => {
    expect(
      responseHeaders([
        ['set-cookie', `__cf_bm=${unshaped}==; path=/; HttpOnly`],
        ['set-cookie', 'empty=; Max-Age=0'],
        ['Set-Cookie', `_cfuvid=${unshaped}`],
      ]),
    ).toEqual([
      ['set-cookie', '__cf_bm=[redacted:cookie]; path=/; HttpOnly'],
      ['set-cookie', 'empty=; Max-Age=0'],
      ['Set-Cookie', '_cfuvid=[redacted:cookie]'],
    ]);
  });

  test('that hold a URL lose its secrets', () => {
    expect(
      responseHeaders([
        ['location', `https://host.example/upload?upload_id=${unshaped}&part=1`],
        ['link', `<https://host.example/?page=2&access_token=${unshaped}>; rel="next"`],
      ]),
    ).toEqual([
      ['location', 'https://host.example/upload?upload_id=[redacted:token]&part=1'],
      ['link', '<https://host.example/?page=2&access_token=[redacted:token]>; rel="next"'],
    ]);
  });
});

describe('URLs', () => {
  const { url } = createRedactor({ query: ['tenantKey'] }, { GATEWAY_SECRET: 'tenant-7f3a9c' });

  test.each([
    [
      `https://host.example/v1?key=${unshaped}&alt=sse`,
      'https://host.example/v1?key=[redacted:api-key]&alt=sse',
    ],
    ['https://host.example/v1?alt=sse&key=test', 'https://host.example/v1?alt=sse&key=[redacted:api-key]'],
    [
      `https://host.example/?a=1&X-Amz-Signature=${unshaped}`,
      'https://host.example/?a=1&X-Amz-Signature=[redacted:signature]',
    ],
    [
      `https://b.example/x?sv=2024&sig=${unshaped}%3D`,
      'https://b.example/x?sv=2024&sig=[redacted:signature]',
    ],
    [`https://host.example/cb?code=${unshaped}#top`, 'https://host.example/cb?code=[redacted:token]#top'],
    ['https://host.example/?tenant_key=1', 'https://host.example/?tenant_key=[redacted:field]'],
    ['https://host.example/?%61pi_key=1', 'https://host.example/?%61pi_key=[redacted:api-key]'],
    ['https://me:hunter2@host.example/x', 'https://[redacted:url-credentials]@host.example/x'],
    ['https://me@host.example/x', 'https://[redacted:url-credentials]@host.example/x'],
    ['https://tenant-7f3a9c.host.example/x', 'https://redacted-env-value.host.example/x'],
    [`https://api.example/bot/${openaiKey}/send`, 'https://api.example/bot/[redacted:openai-key]/send'],
  ])('%s', (before, after) => {
    expect(url(before)).toBe(after);
    expect(url(after)).toBe(after);
    expect(URL.canParse(after)).toBe(true);
  });

  test.each([
    '',
    '?',
    '://',
    '/relative?key',
    'http://',
    'not a url',
    '%',
    '?key=%',
    'https://[::1]:80/?a=b#c?key=d',
  ])('that are odd are no reason to throw: %j', (odd) => {
    expect(() => url(odd)).not.toThrow();
  });

  test('survive a URL library that encodes the brackets of a placeholder', () => {
    const spelled = 'https://host.example/?key=%5Bredacted%3Aapi-key%5D';
    expect(url(spelled)).toBe(spelled);
  });
});

describe('fields by name', () => {
  test.each([
    ['{"api_key":"abc"}', '{"api_key":"[redacted:api-key]"}'],
    ['{ "clientSecret" :\n  "abc" }', '{ "clientSecret" :\n  "[redacted:secret]" }'],
    ['{"password":"hunter\\"2","a":1}', '{"password":"[redacted:password]","a":1}'],
    ['{"password":"ends in a backslash\\\\"}', '{"password":"ends in a backslash\\\\"}'],
    ['{"password":"backslash\\\\","a":"b"}', '{"password":"[redacted:password]","a":"b"}'],
    [
      String.raw`{"arguments":"{\"password\":\"hunter2\",\"a\":1}"}`,
      String.raw`{"arguments":"{\"password\":\"[redacted:password]\",\"a\":1}"}`,
    ],
    [
      String.raw`{"a":"{\"b\":\"{\\\"refresh_token\\\": \\\"x\\\\\\\"yz\\\"}\"}"}`,
      String.raw`{"a":"{\"b\":\"{\\\"refresh_token\\\": \\\"[redacted:token]\\\"}\"}"}`,
    ],
    ['{"authorization":"Bearer abc"}', '{"authorization":"[redacted:token]"}'],
    [
      '{"a":"\\u0022api_key\\u0022:\\u0022abc\\u0022"}',
      '{"a":"\\u0022api_key\\u0022:\\u0022[redacted:api-key]\\u0022"}',
    ],
    [`{"env":"DB_PASSWORD=${unshaped}\\nA=1"}`, '{"env":"DB_PASSWORD=[redacted:password]\\nA=1"}'],
    [`{"code":"client_secret = '${unshaped}'"}`, '{"code":"client_secret = \'[redacted:secret]\'"}'],
    [
      `{"curl":"-H \\"X-Api-Key: ${unshaped}\\" -d 1"}`,
      '{"curl":"-H \\"X-Api-Key: [redacted:api-key]\\" -d 1"}',
    ],
    [
      `{"image":"https://b.example/i.png?se=2026&sig=${unshaped}%3D&sp=r"}`,
      '{"image":"https://b.example/i.png?se=2026&sig=[redacted:signature]&sp=r"}',
    ],
    [`{"token":"${unshaped}"}`, '{"token":"[redacted:token]"}'],
  ])('%s', (before, after) => {
    expect(bodyOf(before)).toBe(after);
    expect(bodyOf(after)).toBe(after);
    expect(() => JSON.parse(after)).not.toThrow();
  });

  test('are the same on tape whatever key the application runs with', () => {
    const withKey = bodyOf(`{"api_key":"${openaiKey}"}`);
    expect(bodyOf('{"api_key":"test"}')).toBe(withKey);
    expect(bodyOf('{"api_key":"reel-replay-needs-no-key"}')).toBe(withKey);
  });

  test('in a form are found by name, whatever the value', () => {
    const form = 'grant_type=refresh&client_secret=a%20b&refresh_token=x&q=hello+world';
    expect(bodyOf(form, 'application/x-www-form-urlencoded; charset=utf-8')).toBe(
      'grant_type=refresh&client_secret=[redacted:secret]&refresh_token=[redacted:token]&q=hello+world',
    );
  });

  test('in a multipart body are found by name; file names and text by all rules; bytes stay', () => {
    const part = (head: string, content: string): string =>
      `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
    const binary = Buffer.from([0xff, 0xfe, 0, 1, 2, 0x89]).toString('latin1');
    const make = (key: string, password: string): Uint8Array =>
      Buffer.from(
        `${part('name="api_key"', password)}${part(`name="file"; filename="${key}.wav"`, binary)}${part('name="text"', `${Buffer.from('é').toString('latin1')} ${key}`)}--b--\r\n`,
        'latin1',
      );
    const redacted = createRedactor({}, {}).body(
      make(openaiKey, unshaped),
      'multipart/form-data; boundary=b',
    );
    expect(Buffer.from(redacted)).toEqual(make('[redacted:openai-key]', '[redacted:api-key]'));
  });

  test('of the user are found whatever their spelling', () => {
    const options = { fields: ['patient-id'] };
    expect(bodyOf('{"patientId":"12 34","PATIENT_ID":"x y z"}', 'application/json', options)).toBe(
      '{"patientId":"12 34","PATIENT_ID":"x y z"}'.replaceAll(/"(?:12 34|x y z)"/g, '"[redacted:field]"'),
    );
  });
});

describe('known values', () => {
  const secret = 'p@ss/w0rd+"q"?é7';
  const raw = Buffer.from(secret);
  const environment = { SERVICE_TOKEN: secret };
  const forms: readonly (readonly [string, string])[] = [
    ['plain', secret],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)],
    ['URL-encoded', encodeURIComponent(secret)],
    [
      'URL-encoded in lower case',
      encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
    ],
    ['URL-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['hex', raw.toString('hex')],
    ['upper-case hex', raw.toString('hex').toUpperCase()],
    ['base64', raw.toString('base64')],
    ['base64url', raw.toString('base64url')],
    ['base64 after one byte', Buffer.concat([Buffer.from('x'), raw]).toString('base64')],
    ['base64 after two bytes', Buffer.concat([Buffer.from('xy'), raw]).toString('base64')],
    [
      'base64 among bytes',
      Buffer.concat([Buffer.from([0, 1, 255, 3]), raw, Buffer.from([0, 200])]).toString('base64'),
    ],
    [
      'escaped as ASCII',
      JSON.stringify(secret)
        .slice(1, -1)
        .replaceAll('é', String.raw`\u00e9`),
    ],
    [
      'with its slash escaped',
      JSON.stringify(secret)
        .slice(1, -1)
        .replaceAll('/', String.raw`\/`),
    ],
  ];

  test.each(forms)('of the environment are found: %s', (_, form) => {
    const body = bodyOf(
      `{"a":"${form.replaceAll(/(?<!\\)"/g, '\\"')}"}`,
      'application/json',
      {},
      environment,
    );
    for (const [, other] of forms) expect(body).not.toContain(other);
    expect(body + Buffer.from(body.slice(6, -2), 'base64').toString()).toContain('redacted');
    const text = createRedactor({}, environment).text(`error: ${form} was wrong`);
    expect(text).not.toContain(form);
  });

  test('as bytes in a body that is no text', () => {
    const image = Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff]),
      Buffer.from(unshaped),
      Buffer.from([0xfe]),
    ]);
    const redacted = createRedactor({ secrets: [unshaped] }, {}).body(image, 'image/jpeg');
    expect(Buffer.from(redacted).toString('latin1')).toBe(
      '\u00ff\u00d8\u00ff[redacted:configured-value]\u00fe',
    );
  });

  test('inside base64 text leave base64 behind', () => {
    const redactor = createRedactor({}, { A_TOKEN: unshaped });
    const encoded = Buffer.from(`user=me&value=${unshaped}&end=1`).toString('base64');
    const [, redacted] = /"(.*)"/.exec(Buffer.from(redactor.body(bytes(`["${encoded}"]`), '')).toString())!;
    expect(Buffer.from(redacted!, 'base64').toString()).toBe('user=me&value=[redacted:env-value]&end=1');
  });

  test.each([
    { MAX_TOKENS: '40960000' },
    { TOKENIZERS_PARALLELISM: 'disabled1' },
    { GIT_AUTHOR_NAME: 'Ada Lovelace 2' },
    { SSH_AUTH_SOCK: '/run/user/1000/keyring/ssh' },
    { AUTH_MODE: 'password' },
    { SECRET_BACKEND: 'kubernetes' },
    { API_KEY: 'test' },
    { OPENAI_API_KEY: 'sk-test' },
    { OTHER_API_KEY: 'your-api-key-here' },
    { KEY_URL: 'https://keys.example/v1' },
    { AUTH_DOMAIN: 'tenant1.example.com' },
    { KEYVAULT_REGION: 'us-east-1' },
    { TOKEN_MODEL: 'claude-3-5-sonnet' },
    { HOME: unshaped },
  ])('are not taken from %j', (environment) => {
    const text = Object.values(environment).join(' ');
    expect(createRedactor({}, environment).text(`a ${text} b`)).toBe(`a ${text} b`);
    expect(createRedactor({}, environment).known).toEqual([]);
  });

  test('include keys that are UUIDs, begin with a slash or are all capitals, and passwords that are words', () => {
    const environment = {
      SEARCH_API_KEY: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      DB_PASSWORD: 'correcthorsebattery',
    };
    expect(createRedactor({}, environment).known).toEqual(Object.values(environment));
  });

  test('include the password in a connection URL, whatever the variable is called', () => {
    expect(
      createRedactor({}, { DATABASE_URL: `postgres://app:${unshaped}@db/main` }).text(`x ${unshaped}`),
    ).toBe('x [redacted:env-value]');
  });

  test('include the stand-in that replay sets, so that a tape recorded with a key still matches', () => {
    const path = (key: string): string => `https://host.example/${key}/run`;
    const recorded = createRedactor({}, { HOST_TOKEN: unshaped }).url(path(unshaped));
    expect(createRedactor({}, {}).url(path('reel-replay-needs-no-key'))).toBe(recorded);
  });
});

describe('options', () => {
  test('patterns, personal data and functions are applied to bodies and text', () => {
    const options: RedactOptions = {
      patterns: [{ id: 'ticket', pattern: /Größe-\d+/ }],
      pii: ['email', 'card', 'iban', 'phone'],
      custom: [(text) => text.replaceAll('Zebra', 'Animal')],
    };
    const text =
      'Größe-12 ä Zebra ada@example.org 4111 1111 1111 1111 4111 1111 1111 1112 DE89 3704 0044 0532 0130 00 +44 20 7946 0958';
    const expected =
      '[redacted:ticket] ä Animal [redacted:email] [redacted:card] 4111 1111 1111 1112 [redacted:iban] [redacted:phone]';
    expect(bodyOf(text, 'text/plain', options)).toBe(expected);
    expect(createRedactor(options, {}).text(text)).toBe(expected);
    expect(bodyOf(text, 'text/plain')).toBe(text);
  });

  test.each([
    { rules: { 'no-such-rule': false } } as const,
    { secrets: ['abc'] },
    { pii: ['shoe-size'] },
    { patterns: [{ id: 'Bad Id', pattern: /a/ }] },
    { patterns: [{ id: 'a', pattern: /a/, replacement: '"' }] },
  ])('%j is refused', (options) => {
    expect(() => createRedactor(options, {})).toThrow(/REEL_INVALID_OPTION/);
  });

  test('the refusal of a short secret does not print it', () => {
    expect(() => createRedactor({ secrets: ['q7z'] }, {})).toThrow(expect.not.stringContaining('q7z'));
  });

  test('the id names the rules and not the secrets', () => {
    const id = (options: RedactOptions, environment = {}): string => createRedactor(options, environment).id;
    expect(id({})).toMatch(/^2-[0-9a-f]{8}$/);
    expect(id({ secrets: [unshaped] }, { A_KEY: unshaped })).toBe(id({}));
    expect(id({ rules: { jwt: false } })).not.toBe(id({}));
    expect(id({ fields: ['a'] })).not.toBe(id({ query: ['a'] }));
  });
});

describe('an interaction', () => {
  const interaction = (key: string, token: string, account: string): Interaction => ({
    request: {
      method: 'POST',
      url: `https://host.example/v1?key=${token}`,
      headers: [['content-type', 'application/json']],
      body: bytes(`{"prompt":"use ${key}"}`),
    },
    response: {
      status: 200,
      headers: [
        ['content-type', 'application/json'],
        ['openai-organization', account],
      ],
    },
    chunks: [{ bytes: bytes(`{"text":"${key}"}`) }],
    ending: { kind: 'aborted', by: 'upstream', code: 'ECONNRESET', message: `reset while sending ${key}` },
  });

  test('is redacted everywhere', () => {
    const redacted = createRedactor({}, {}).interaction(interaction(openaiKey, unshaped, 'acme'));
    expect(JSON.stringify(redacted)).toBe(
      JSON.stringify({
        ...interaction('[redacted:openai-key]', '[redacted:api-key]', '[redacted:account]'),
        request: { ...redacted.request, body: Buffer.from('{"prompt":"use [redacted:openai-key]"}') },
        chunks: [{ bytes: Buffer.from('{"text":"[redacted:openai-key]"}') }],
      }),
    );
  });

  test('without secrets is the very same object', () => {
    const clean = interaction('a word', '[redacted:api-key]', '[redacted:account]');
    const redactor = createRedactor({}, {});
    expect(redactor.interaction(clean)).toBe(clean);
    expect(redactor.request(clean.request)).toBe(clean.request);
  });
});

/** Text as models and programs write it, with secrets, names, quotes and escapes strewn in. */
const wildText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '"',
        '\\"',
        '\\',
        '\\n',
        '{"password":"',
        'api_key=',
        'token: ',
        '%2D',
        '\\u002d',
        ' ',
        '\n',
        'data: ',
        '://',
        '@',
      ),
      fc.constantFrom('[redacted:api-key]', '[redacted:', ']', 'Bearer ', 'https://a:b@c/', '?key=', '&sig='),
      fc
        .tuple(fc.constantFrom(...Object.values(secretsByRule).flat()), fc.nat(20))
        .map(([make, seed]) => make(seeded(seed))),
      fc.nat(20).map((seed) => plainSecret(seeded(seed))),
      fc.constantFrom(
        '"passwords":["',
        '","',
        '"]',
        '{"name":"x-api-key","value":"',
        '["x-api-key","',
        '"top_logprobs":[{"token":"',
        'my mistral key is ',
        'Authorization: AWS4-HMAC-SHA256 ',
        '?a=',
        '/',
      ),
      fc
        .nat(20)
        .map((seed) => JSON.stringify([...Buffer.from(`x ${secretsByRule['groq-key']![0]!(seeded(seed))}`)])),
      fc
        .nat(20)
        .map((seed) =>
          Buffer.from(`${'words before it, '.repeat(8)}${secretsByRule['npm-token']![0]!(seeded(seed))}`),
        )
        .map((text) =>
          text
            .toString('base64')
            .match(/.{1,76}/g)!
            .join('\n'),
        ),
      fc
        .nat(20)
        .map((seed) => Buffer.from(`x=${secretsByRule['groq-key']![0]!(seeded(seed))}`).toString('base64')),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

describe('whatever the input', () => {
  const environment = { MY_TOKEN: plainSecret(seeded(3)), OTHER_SECRET: plainSecret(seeded(4)) };
  const redactor = createRedactor({ pii: true }, environment);

  test('redaction is a fixed point, and another redactor of the same rules says the same', () => {
    fc.assert(
      fc.property(
        wildText,
        fc.constantFrom(
          'application/json',
          'application/x-www-form-urlencoded',
          'text/event-stream',
          'application/vnd.amazon.eventstream',
          'multipart/form-data; boundary=b',
          '',
        ),
        (text, type) => {
          const once = redactor.body(bytes(text), type);
          expect(redactor.body(once, type)).toBe(once);
          expect(Buffer.from(createRedactor({ pii: true }, environment).body(bytes(text), type))).toEqual(
            Buffer.from(once),
          );
          const said = redactor.text(text);
          expect(redactor.text(said)).toBe(said);
          const url = redactor.url(`https://h.example/${text}`);
          expect(redactor.url(url)).toBe(url);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('JSON stays JSON, with the same structure', () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map((element) => shape(element))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, element]) => [key, shape(element)]))
          : typeof value;
    const document = fc.dictionary(
      fc.constantFrom('password', 'api_key', 'content', 'token', 'a'),
      fc.oneof(
        wildText,
        fc.integer(),
        fc.array(wildText),
        wildText.map((text) => JSON.stringify({ secret: text })),
      ),
    );
    fc.assert(
      fc.property(document, (value) => {
        const redacted = redactor.body(bytes(JSON.stringify(value)), 'application/json');
        expect(shape(JSON.parse(Buffer.from(redacted).toString()))).toEqual(shape(value));
      }),
      { numRuns: 400 },
    );
  });
});

test.each([
  'sk-',
  'sk-a1-',
  'eyJ',
  '-eyJ',
  'eyJaaaaaaaa.',
  'pa-',
  'xoxb-',
  'password=',
  'password=a1',
  '"password":"',
  String.raw`\"token\":\"`,
  '://',
  '://a:',
  'AIza',
  '-----BEGIN PRIVATE KEY-----',
  'Bearer ',
  '%25',
  String.raw`\\`,
  String.raw`\u002d`,
  'Q~',
  'ya29.',
  'a@a.',
  'Basic a',
  'xx',
  '[redacted:',
])(
  'time grows with the length of the input and no faster, also where input is made to be slow: %s',
  (piece) => {
    const redactor = createRedactor({}, { SOME_KEY: unshaped });
    const hostile = bytes(piece.repeat(400_000 / piece.length));
    const start = performance.now();
    redactor.body(hostile, 'application/json');
    // Quadratic time would be minutes; the bound is far above what a slow machine needs.
    expect(performance.now() - start).toBeLessThan(4000);
  },
);
