import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor } from './redactor.ts';
import { plainSecret, secretsByRule, seeded } from '../../test/fixtures/synthetic-secrets.ts';

const groqKey = secretsByRule['groq-key']![0]!(seeded(5));
const unshaped = plainSecret(seeded(6));
const redactor = createRedactor({}, { SOME_TOKEN: unshaped });

function redactPieces(pieces: readonly string[], contentType = 'text/event-stream'): string[] {
  const redacted = redactor.stream(
    pieces.map((piece) => Buffer.from(piece)),
    contentType,
  );
  return redacted.map((bytes) => Buffer.from(bytes).toString());
}

function event(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

const chat = (content: string, index = 0): unknown => ({
  id: 'chatcmpl-1',
  choices: [{ index, delta: { content } }],
});

/** The payloads of SSE events, each of which must be whole. */
function payloads(pieces: readonly string[]): unknown[] {
  const whole = pieces.join('');
  expect(whole.endsWith('\n\n')).toBe(true);
  return whole
    .slice(0, -2)
    .split('\n\n')
    .map((block) => JSON.parse(block.replace(/^(?:event: .*\n)?data: /, '')) as unknown);
}

describe('a secret in one event, cut anywhere by the network', () => {
  const body = `${event(chat('your key is'))}${event(chat(groqKey))}${event(chat(' bye'))}`;
  const expected = body.replace(groqKey, '[redacted:groq-key]');
  const start = body.indexOf(groqKey);

  test('is replaced in the piece in which it begins, and the other cuts stay', () => {
    for (let cut = 1; cut < body.length; cut += 1) {
      const [first, second] = redactPieces([body.slice(0, cut), body.slice(cut)]);
      expect(first! + second!).toBe(expected);
      const isInside = cut > start && cut < start + groqKey.length;
      const cutAt =
        cut <= start
          ? cut
          : isInside
            ? start + '[redacted:groq-key]'.length
            : cut - body.length + expected.length;
      expect(first!.length).toBe(cutAt);
    }
  });

  test('is replaced when the cuts are many', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(body.length), { maxLength: 30 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), body.length];
        const pieces = edges.slice(1).map((edge, index) => body.slice(edges[index], edge));
        const redacted = redactPieces(pieces);
        expect(redacted.join('')).toBe(expected);
        expect(redacted).toHaveLength(pieces.length);
        expect(redactPieces(redacted)).toEqual(redacted);
      }),
    );
  });
});

describe('a secret spelled over events', () => {
  const spell = (secret: string, lengths: readonly number[]): string[] => {
    const parts: string[] = [];
    let rest = secret;
    for (const length of lengths) {
      parts.push(rest.slice(0, length));
      rest = rest.slice(length);
    }
    return [...parts, rest];
  };

  const shapes: readonly (readonly [string, (text: string) => unknown, string | undefined])[] = [
    ['OpenAI chat', (content) => chat(content), undefined],
    [
      'OpenAI tool call',
      (text) => ({
        choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }],
      }),
      undefined,
    ],
    [
      'OpenAI responses',
      (delta) => ({
        type: 'response.output_text.delta',
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta,
      }),
      'response.output_text.delta',
    ],
    [
      'Anthropic text',
      (text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
      'content_block_delta',
    ],
    [
      'Anthropic tool input',
      (text) => ({
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: text },
      }),
      'content_block_delta',
    ],
    ['Gemini', (text) => ({ candidates: [{ content: { parts: [{ text }], role: 'model' } }] }), undefined],
  ];

  test.each(shapes)('is found whatever the deltas: %s', (_, payload, name) => {
    fc.assert(
      fc.property(
        fc.constantFrom(groqKey, unshaped, secretsByRule['anthropic-key']![0]!(seeded(2))),
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 8 }),
        (secret, lengths) => {
          const texts = ['Hé "quoted" \u2713 ', ...spell(secret, lengths), ' and that is all'];
          const pieces = texts.map((text) => event(payload(text), name));
          const redacted = redactPieces(pieces);
          expect(payloads(redacted)).toHaveLength(pieces.length);
          const whole = texts.join('').replace(secret, (found) => redactor.text(found));
          const said = payloads(redacted)
            .map((data) => JSON.stringify(data))
            .map((data) => {
              const [before, after] = JSON.stringify(payload('\u0000')).split(String.raw`\u0000`);
              return JSON.parse(`"${data.slice(before!.length, data.length - after!.length)}"`) as string;
            })
            .join('');
          expect(said).toBe(whole);
          expect(redactPieces(redacted)).toEqual(redacted);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is found in NDJSON', () => {
    const pieces = spell(groqKey, [7, 3, 20]).map(
      (content) => `${JSON.stringify({ model: 'm', message: { role: 'assistant', content } })}\n`,
    );
    const said = redactPieces(pieces, 'application/x-ndjson').map(
      (line) => (JSON.parse(line) as { message: { content: string } }).message.content,
    );
    expect(said).toEqual(['[redacted:groq-key]', '', '', '']);
  });

  test('is found in a body that streams one JSON array', () => {
    const body = JSON.stringify(
      spell(groqKey, [7, 3]).map((text) => ({ candidates: [{ content: { parts: [{ text }] } }] })),
    );
    const [redacted] = redactPieces([body], 'application/json');
    expect(redacted).toBe(
      body
        .replace(groqKey.slice(0, 7), '[redacted:groq-key]')
        .replace(groqKey.slice(7, 10), '')
        .replace(groqKey.slice(10), ''),
    );
  });

  test('is found by the name of its field in tool arguments that come in pieces', () => {
    const parts = ['{"user":"me","pass', 'word":"hun', 'ter', '2","a":1}'];
    const tool = (text: string): unknown => ({
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }],
    });
    const redacted = redactPieces(parts.map((part) => event(tool(part))));
    expect(redacted).toEqual(
      ['{"user":"me","pass', 'word":"[redacted:password]', '', '","a":1}'].map((part) => event(tool(part))),
    );
  });

  test('does not mix choices that come in turn', () => {
    const half = Math.floor(groqKey.length / 2);
    const pieces = [
      event(chat(groqKey.slice(0, half), 0)),
      event(chat('other text', 1)),
      event(chat(groqKey.slice(half), 0)),
      event(chat(' goes on', 1)),
    ];
    expect(redactPieces(pieces)).toEqual([
      event(chat('[redacted:groq-key]', 0)),
      event(chat('other text', 1)),
      event(chat('', 0)),
      event(chat(' goes on', 1)),
    ]);
  });

  test('keeps escapes and other bytes of the strings around it as they were written', () => {
    const raw = (text: string): string => `data: {"text":"${text}"}\n\n`;
    const pieces = [
      raw(String.raw`\u00e9\u4e2d\" é中 ${groqKey.slice(0, 9)}`),
      raw(String.raw`${groqKey.slice(9)}\n\u2713é`),
    ];
    expect(redactPieces(pieces)).toEqual([
      raw(String.raw`\u00e9\u4e2d\" é中 [redacted:groq-key]`),
      raw(String.raw`\n\u2713é`),
    ]);
  });
});

test('a stream without secrets comes back as the same array', () => {
  const pieces = [event(chat('Hello')), event(chat(' world')), 'data: [DONE]\n\n'].map((piece) =>
    Buffer.from(piece),
  );
  expect(redactor.stream(pieces, 'text/event-stream')).toBe(pieces);
});

test('line breaks that frame events survive a secret that goes over lines', () => {
  const pem = secretsByRule['private-key']![0]!(seeded(1));
  const pieces = pem.split('\n').map((line) => `${line}\n`);
  const redacted = redactPieces([...pieces, 'end\n'], 'text/plain');
  expect(redacted.join('')).toBe(`[redacted:private-key]${'\n'.repeat(pieces.length)}end\n`);
});

test('a chunk that was nothing but the inside of a secret goes, and the others keep their time', () => {
  const [a, b, c] = [groqKey.slice(0, 10), groqKey.slice(10, 20), groqKey.slice(20)];
  const { chunks } = redactor.interaction({
    request: { method: 'GET', url: 'https://h.example/', headers: [], body: new Uint8Array(0) },
    response: { status: 200, headers: [] },
    chunks: [`x ${a}`, b, `${c} y`].map((text, index) => ({ bytes: Buffer.from(text), at: index })),
    ending: { kind: 'end' },
  });
  expect(chunks.map(({ bytes, at }) => [Buffer.from(bytes).toString(), at])).toEqual([
    ['x [redacted:groq-key]', 0],
    [' y', 2],
  ]);
});

test('frames that are no text are left alone, but for known values, also across a cut', () => {
  const pieces = [
    Buffer.from([0xff, 0, 1]),
    Buffer.from(unshaped.slice(0, 9)),
    Buffer.concat([Buffer.from(unshaped.slice(9)), Buffer.from([0xfe])]),
  ];
  const redacted = redactor.stream([...pieces, Buffer.from(groqKey)], 'application/octet-stream');
  expect(redacted.map((bytes) => Buffer.from(bytes).toString('latin1'))).toEqual([
    '\u00ff\u0000\u0001',
    '[redacted:env-value]',
    '\u00fe',
    groqKey,
  ]);
});
