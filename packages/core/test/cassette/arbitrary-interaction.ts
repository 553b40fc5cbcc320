import fc from 'fast-check';
import type { Chunk } from '../../src/model/chunk.ts';
import type { HeaderList } from '../../src/model/headers.ts';
import type { Ending, Interaction } from '../../src/model/interaction.ts';

/** Interactions of every shape the model allows, with the strings and bytes that break formats. */

const treacherous = [
  '',
  '\uFEFF{"a":1}',
  '{"a":1}\r\n',
  '\u0000\u0001\u007f\u0085',
  'line\u2028separator\u2029',
  '\u202Eevil\u202C',
  '{"__proto__":{"polluted":true},"constructor":1}',
  '{"a":1,"a":2}',
  '{"b":1,"1":2}',
  '{"big":12345678901234567890}',
  '[-0]',
  '[1e400]',
  '[1.0]',
  '["\\ud800"]',
  '["\\u2028", "\u2028"]',
  '{"a": 1, "b": [1, 2, {}], "c": []}',
  '{\n  "a": [\n    1\n  ]\n}\n',
  '{\n\t"a": 1\n}',
  ' \n {"a":1}',
  '{"a":1}\u00a0',
  '[',
  `${'['.repeat(300)}${']'.repeat(300)}`,
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  '<<<<<<< HEAD\n=======\n>>>>>>> other\n',
  '{"reel":1}\n{"request":1}\n{"end":1}\n',
  'null',
  '"text"',
  '12',
  '👩‍💻 é e\u0301 שלום',
];

const text = fc.oneof(
  fc.constantFrom(...treacherous),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
  fc.jsonValue().map((value) => `${JSON.stringify(value, null, '\t')}\n`),
);

export const wildString = fc.oneof(text, fc.constantFrom('\ud800', 'a\udc00b'));

/** Bytes of text, any bytes, and text cut in the middle of a character. */
export const wildBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  text.map((value) => new TextEncoder().encode(value)),
  fc.uint8Array({ maxLength: 64 }),
  fc
    .constant(new TextEncoder().encode('é€😀'))
    .chain((bytes) => fc.nat(bytes.length).map((at) => bytes.slice(at))),
  fc.uint8Array({ minLength: 200, maxLength: 400 }),
);

const headers: fc.Arbitrary<HeaderList> = fc.array(
  fc.oneof(
    fc.constantFrom(
      ['content-type', 'application/json'] as [string, string],
      ['Content-Type', 'text/event-stream; charset=utf-8'] as [string, string],
      ['content-type', 'application/x-ndjson'] as [string, string],
      ['set-cookie', 'a=1'] as [string, string],
    ),
    fc.tuple(wildString, wildString),
  ),
  { maxLength: 5 },
);

const chunk: fc.Arbitrary<Chunk> = fc.record(
  { bytes: wildBytes, at: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }) },
  { requiredKeys: ['bytes'] },
);

const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.constant({ kind: 'end' } as const),
  headers.filter((list) => list.length > 0).map((trailers) => ({ kind: 'end', trailers }) as const),
  fc.record(
    {
      kind: fc.constant('aborted' as const),
      by: fc.constantFrom('client' as const, 'upstream' as const),
      code: fc.constantFrom('ECONNRESET', 'ENOTFOUND'),
      message: wildString,
    },
    { requiredKeys: ['kind', 'by'] },
  ),
);

const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'QUERY'),
  url: wildString,
  headers,
  body: wildBytes,
});

const answered: fc.Arbitrary<Interaction> = fc.record({
  request,
  response: fc.record(
    { status: fc.integer({ min: 100, max: 999 }), statusText: wildString, headers },
    { requiredKeys: ['status', 'headers'] },
  ),
  chunks: fc.array(chunk, { maxLength: 5 }),
  ending,
});

const unanswered: fc.Arbitrary<Interaction> = fc.record({ request, chunks: fc.constant([]), ending });

export const wildInteraction: fc.Arbitrary<Interaction> = fc.oneof(
  { weight: 4, arbitrary: answered },
  unanswered,
);
