import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CutText } from './cut-text.ts';
import { parseJson } from './parse-json.ts';
import { eachPayload } from './payloads.ts';
import { Place, visitStrings } from './spelled-places.ts';
import { spelledTexts } from './spelled-texts.ts';

/** By parsing every payload. */
function parsedTexts(body: CutText): string[] {
  const root = new Place();
  eachPayload(body.text, body.ends, false, (start, end) => {
    const document = parseJson(body.text.slice(start, end));
    if (document === undefined) return false;
    visitStrings(document, root, undefined, (value, place) => place?.add(value));
    return true;
  });
  return root.varying().map((place) => place.text());
}

const letters = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    '',
    'a',
    ' the',
    '"',
    '\\',
    '\n',
    '\u00e9',
    '\u4e2d',
    '\ud83d\ude00',
    '\u0000',
    '}',
    '{"',
    '[DONE]',
  ),
);
const number = fc.oneof(
  fc.nat(),
  fc
    .constantFrom('0', '-1', '1.5', '1e3', '-0.25E-2', '01', '1.', '-', '+1', '.5')
    .map((text) => ({ raw: text })),
  fc.constantFrom(null, true, false),
);
const padding = fc.constantFrom('', '', '', ' ', '    ', '\t', '\u00a0', ',');

type Values = readonly [string, string, unknown, string];
/** JSON with a placeholder for each value, so that a stream has the same shapes again and again. */
const shapes: readonly ((values: Values, pad: string) => string)[] = [
  ([id, text, n, more], pad) =>
    `{"id":${json(id)},"created":${json(n)},"choices":[{"index":0,"delta":{"content":${json(text)}},"x":${json(more)}}]${pad}}`,
  ([, text, n], pad) =>
    `{"type":"content_block_delta","index":${json(n)},"delta":{"type":"text_delta","text":${json(text)}}${pad}}`,
  ([id, text, n]) => `{ "type" : ${json(id)} , "sequence_number" : ${json(n)} , "delta" : ${json(text)} }`,
  ([id, text, , more]) => `{"a":${json(id)},"2":${json(text)},"1":${json(more)}}`,
  ([id, text, , more]) => `{"a":${json(id)},"b":${json(text)},"a":${json(more)}}`,
  ([id, text, n, more]) =>
    `{"tokens":[${json(text)},${json(n)},${json(more)}],"top_logprobs":[{"token":${json(id)}}],"\\u0061":${json(id)}}`,
  ([id, text, , more]) =>
    `{"#type=x":{"type":[${json(text)}]},"type":"x","item_id":${json(id)},"deep":{"type":${json(more)}}}`,
  ([id, text], pad) => `[${json(id)},[${json(text)}]${pad}]`,
  ([id, text]) => `{"index":"${id}","text":"${text}"}`,
  ([id]) => id,
];

function json(value: unknown): string {
  return typeof value === 'object' && value !== null ? (value as { raw: string }).raw : JSON.stringify(value);
}

const payload = fc
  .tuple(fc.constantFrom(...shapes), fc.tuple(letters, letters, number, letters), padding)
  .map(([shape, values, pad]) => Buffer.from(shape(values, pad)).toString('latin1'));
/** As much of one shape as a stream has of it. */
const alike = fc
  .tuple(
    fc.constantFrom(...shapes),
    fc.array(fc.tuple(fc.tuple(letters, letters, number, letters), padding), { minLength: 4, maxLength: 16 }),
  )
  .map(([shape, all]) => all.map(([values, pad]) => Buffer.from(shape(values, pad)).toString('latin1')));
const payloads = fc
  .array(
    fc.oneof(
      alike,
      payload.map((one) => [one]),
    ),
    { maxLength: 8 },
  )
  .map((lists) => lists.flat());

describe('what a stream spells is the same as when each payload is parsed', () => {
  for (const [name, write] of [
    ['as SSE', (one: string) => `data: ${one}\n\n`],
    ['as SSE with carriage returns and names', (one: string) => `event: x\r\ndata:${one}\r\n\r\n`],
    ['as NDJSON', (one: string) => `${one}\n`],
    ['as frames', (one: string) => one],
  ] as const) {
    test(`${name}`, () => {
      fc.assert(
        fc.property(payloads, fc.boolean(), (payloads, areWhole) => {
          const pieces = payloads.map((one) => write(one));
          const body = CutText.of(areWhole ? pieces : [pieces.join('')]);
          expect(spelledTexts(body)).toEqual(parsedTexts(body));
        }),
        { numRuns: 400 },
      );
    });
  }

  test('and the words of a long answer, whatever stays the same and then does not', () => {
    const events = Array.from({ length: 60 }, (_, n) => {
      const id = n < 40 ? 'one' : `other ${n}`;
      const usage = n % 7 === 6 ? `,"usage":{"tokens":${n}}` : '';
      return `data: {"id":"${id}","created":${n > 50 ? n : 1},"choices":[{"index":${n % 2},"delta":{"content":"w${n} \\"é"}}]${usage}${' '.repeat(n % 5)}}\n\n`;
    });
    const body = CutText.of(events);
    expect(spelledTexts(body)).toEqual(parsedTexts(body));
    expect(spelledTexts(body).join('|')).toContain('w0 "éw2 "é');
  });
});
