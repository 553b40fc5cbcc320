import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { plainSecret, secretsByRule, secretsInContext, seeded } from '../fixtures/synthetic-secrets.ts';

/** What the generated files are searched for beside shapes and names. */
export const knownValues: readonly string[] = [
  plainSecret(seeded(501)),
  `${plainSecret(seeded(502))}+/"é\\`,
  'two words of it',
  'a<bright>day&night',
];

/** Secrets of every kind, names with random values, and things that only look like it. */
const texts: readonly ((random: () => number) => string)[] = [
  ...Object.values(secretsByRule).flat(),
  ...Object.values(secretsInContext)
    .flat()
    .map((make) => (random: () => number) => make(random).join('')),
  ...[
    'password=',
    'api_key: ',
    "'client_secret': '",
    'Authorization: Bearer ',
    '?access_token=',
    'csrf-token = "',
  ].map((before) => (random: () => number) => before + plainSecret(random)),
  ...knownValues.map((value) => () => value),
  (random) =>
    `my api key is ${'abcdefgh'.repeat(4)}${plainSecret(random).replaceAll(/[^a-z0-9]/gi, '')}`.slice(
      0,
      14 + 50,
    ),
  () => 'password: required',
  () => 'Bearer of bad news, basic understanding',
  () => 'api_key=os.environ["OPENAI_API_KEY"]',
  () => 'the quick brown fox, <b>tags</b> & 100% "quotes"\nand lines',
  () => 'https://host.example:8080/files/a%20b?x=%2Fy',
  () => 'chatcmpl-B1x9mZq0Xc3PwT7uV5yLk2Ns4Rd6Fg',
  () => '[redacted:openai-key]',
  () => '{"a":1,"b":["c"]}',
  () => '',
];

const before = [
  '',
  ' ',
  'x ',
  '\n',
  '\t',
  'é',
  '—',
  '😀',
  '"',
  "'",
  '\\',
  '/',
  '=',
  'note: ',
  '\r\n',
  '\u0001',
  '-',
  '(',
];

type Coding = (text: string) => string;

const codings: readonly Coding[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => `{"note":${JSON.stringify(text)}}`,
  // As other languages write it: nothing but ASCII, and what HTML might take for its own.
  (text) => `{"note": ${asciiJson(text)}}`,
  (text) => JSON.stringify(text).replaceAll('/', String.raw`\/`),
  (text) => asciiJson(text).replaceAll(/[<>&]/g, escapeOf),
  (text) => JSON.stringify(text).replaceAll(/['=]/g, escapeOf),
  (text) => [...text].map((letter) => (letter < '\u0080' ? escapeOf(letter) : letter)).join(''),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(`note: ${text} end`).toString('base64url'),
  (text) => `/files/${Buffer.from(`note ${text}`).toString('base64')}`,
  (text) =>
    (
      Buffer.from(`some words to make it long enough to be wrapped ${text}`)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => `data: ${JSON.stringify({ delta: text })}\n\ndata: [DONE]\n\n`,
];

function escapeOf(letter: string): string {
  return String.raw`\u` + letter.charCodeAt(0).toString(16).padStart(4, '0');
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u0080-\uffff]/g, escapeOf);
}

/** A text with something planted in it, in up to three codings one in the other. */
export const planted: fc.Arbitrary<string> = fc
  .record({
    text: fc.constantFrom(...texts),
    seed: fc.integer(),
    before: fc.constantFrom(...before),
    after: fc.constantFrom('', ' ', '.', '\n', '"', 'é', ',', '&x=1', ' and so on', ')', '\\'),
    codings: fc.array(fc.constantFrom(...codings), { maxLength: 3 }),
    around: fc.constantFrom(...before),
  })
  .map(({ text, seed, before, after, codings, around }) =>
    codings.reduce((so, code) => around + code(so), before + text(seeded(seed)) + after),
  );

const ordinary = fc.constantFrom(
  'a',
  'the quick brown fox',
  'gpt-4o-mini',
  'tool_calls',
  '2026-11-20T10:00:00Z',
  'stop',
  '[redacted:token]',
  'c2hvcnQ=',
);
const text = fc.oneof({ weight: 5, arbitrary: ordinary }, { weight: 1, arbitrary: planted });
const name = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'content',
      'role',
      'id',
      'model',
      'name',
      'key',
      'value',
      'index',
      'text',
      'max_tokens',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'password',
      'api_key',
      'x-api-key',
      'access token',
      'Authorization',
      'set-cookie',
      'token',
      'base64',
      'clientSecrets',
      'chunk',
      'sent',
    ),
  },
  { weight: 1, arbitrary: planted },
);
const numbers = fc.oneof(
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 20 }),
  planted.map((text) => [...Buffer.from(text)]),
);

/** JSON as bodies hold it, now and then with something in it. */
export const body: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 6, arbitrary: text },
    { weight: 1, arbitrary: fc.constantFrom(null, true, 0, 12, -1.5) },
    { weight: 1, arbitrary: numbers },
    { weight: 1, arbitrary: fc.tuple(name, text) },
    {
      weight: 1,
      arbitrary: fc.array(fc.record({ token: text, logprob: fc.constant(-0.1) }), { maxLength: 4 }),
    },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    {
      weight: 4,
      arbitrary: fc
        .array(fc.tuple(name, tie('value')), { maxLength: 5 })
        .map((pairs) => Object.fromEntries(pairs)),
    },
    { weight: 1, arbitrary: tie('value').map((value) => JSON.stringify(value, null, 1)) },
  ),
})).value;

/** Lines of requests and responses. */
const documents = fc
  .record({
    kind: fc.constantFrom('request', 'response', 'end', 'sent', 'chunk', 'note'),
    headers: fc.array(fc.tuple(name, text), { maxLength: 3 }),
    url: text,
    body,
    form: fc.constantFrom('json', 'json', 'json', 'text', 'base64', 'none'),
  })
  .map(({ kind, headers, url, body, form }) => {
    const content = typeof body === 'string' ? body : JSON.stringify(body);
    return [
      {
        [kind]: 1,
        url,
        headers,
        ...(form === 'json' && { json: body }),
        ...(form === 'text' && { text: content }),
        ...(form === 'base64' && { base64: Buffer.from(content).toString('base64') }),
      },
    ];
  });

const shapesOfEvents: readonly ((text: string, n: number, id: string) => unknown)[] = [
  (content, n, id) => ({
    id,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
    n,
  }),
  (text, n) => ({ type: 'content_block_delta', index: n % 2, delta: { type: 'text_delta', text } }),
  (delta, n, id) => ({
    type: 'response.output_text.delta',
    sequence_number: n,
    item_id: id,
    output_index: 0,
    delta,
    logprobs: [],
  }),
  (text, n) => ({ message: { role: 'assistant', content: text }, done: n > 3 }),
  (value) => ({ value, password: null }),
  (text, n) => ({ list: [text, 'b', text], bytes: n > 2 ? [1, 2, 3] : [], 5: text, 3: 'x' }),
  (text) => ({ password: text }),
  (token) => ({ logprobs: { content: [{ token, bytes: [...Buffer.from(token)] }] } }),
];

/** How an event is written as a piece of a stream. */
const framings: readonly ((payload: string, n: number) => string)[] = [
  (payload) => `data: ${payload}\n\n`,
  (payload) => `event: delta\ndata: ${payload}\n\n`,
  (payload) => `${payload}\n`,
  (payload, n) => `id: ${n}\ndata:${payload}\n\n`,
  (payload) => payload,
];

/** A stream of events of one shape, or two, whose strings spell something in parts. */
const streams = fc
  .record({
    spoken: fc.array(planted, { maxLength: 3 }),
    seed: fc.integer({ min: 1 }),
    shape: fc.constantFrom(...shapesOfEvents),
    other: fc.constantFrom(...shapesOfEvents),
    framing: fc.constantFrom(...framings),
    ascii: fc.boolean(),
    number: fc.integer({ min: 1, max: 3 }),
    at: fc.boolean(),
    end: fc.constantFrom('data: [DONE]\n\n', 'data: [DONE]\n\n', '', ': ping\n\n'),
    cutsPieces: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ spoken, seed, shape, other, framing, ascii, number, at, end, cutsPieces }) => {
    const random = seeded(seed);
    const whole = ['so ', ...spoken, ' then'].join(' and ');
    const pieces: string[] = [];
    for (let from = 0, n = 0; from < whole.length; n += 1) {
      const to = from + 1 + Math.floor(random() * 12);
      const value = (random() < 0.8 ? shape : other)(
        whole.slice(from, to),
        n,
        `msg_${Math.floor(random() * 2)}`,
      );
      const json = JSON.stringify(value);
      pieces.push(framing(ascii ? json.replaceAll(/[\u0080-\uffff]/g, escapeOf) : json, n));
      from = to;
    }
    if (end !== '') pieces.push(end);
    const text = pieces.join('');
    // Some transports cut pieces where it suits them.
    const parts = cutsPieces === 0 ? (text.match(/.{1,97}/gs) ?? []) : pieces;
    return parts.map((text, n) => ({ chunk: number, ...(at && { at: n * 1.5 }), text }));
  });

/** A file of lines: documents and streams. */
export const files: fc.Arbitrary<string> = fc
  .array(fc.oneof(documents, streams), { minLength: 1, maxLength: 6 })
  .map((groups) =>
    [{ reel: 1, name: 'a test' }, ...groups.flat()]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')
      .toWellFormed(),
  );
