import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wildInteraction } from '../../test/cassette/arbitrary-interaction.ts';
import {
  bytesOf,
  plainInteraction,
  sampleHeader,
  streamedInteraction,
} from '../../test/cassette/sample-interaction.ts';
import type { Interaction } from '../model/interaction.ts';
import { encodeCassette, encodeInteraction, type EncodeOptions } from './format.ts';
import { openCassette } from './tape.ts';

function linesOf(interaction: Interaction, options?: EncodeOptions): string[] {
  return Buffer.from(encodeInteraction(1, interaction, options).bytes)
    .toString('utf8')
    .trimEnd()
    .split('\n');
}

function withBody(body: Uint8Array | string): Interaction {
  const bytes = typeof body === 'string' ? bytesOf(body) : body;
  return { ...plainInteraction(), request: { ...plainInteraction().request, body: bytes } };
}

function roundTrip(interactions: readonly Interaction[], options?: EncodeOptions): Interaction[] {
  const { bytes, blobs } = encodeCassette(sampleHeader, interactions, options);
  return openCassette({ bytes, where: 'a.jsonl', readBlob: (hash) => blobs.get(hash) }).allInteractions();
}

/** Plain arrays instead of typed ones, so that only the bytes are compared. */
function comparable(interaction: Interaction): unknown {
  return {
    ...interaction,
    request: { ...interaction.request, body: [...interaction.request.body] },
    chunks: interaction.chunks.map(({ bytes, at }) => ({ bytes: [...bytes], at })),
  };
}

describe('encodeCassette', () => {
  it('writes a line for the header, and one for each part of each interaction', () => {
    const { bytes } = encodeCassette(sampleHeader, [plainInteraction(), streamedInteraction(['Hi'])]);
    expect(Buffer.from(bytes).toString('utf8')).toMatchInlineSnapshot(`
      "{"reel":1,"name":"chat/summarizes an article","recordedAt":"2026-11-20T10:00:00Z","by":"@reel/core 0.1.0","rules":"r1"}
      {"request":1,"method":"POST","url":"https://api.openai.com/v1/chat/completions","headers":[["content-type","application/json"]],"json":{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}}
      {"response":1,"status":200,"headers":[["content-type","application/json"]],"json":{"choices":[{"message":{"content":"Hello"}}]}}
      {"end":1}
      {"request":2,"method":"POST","url":"https://api.openai.com/v1/chat/completions","headers":[["content-type","application/json"]],"json":{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}}
      {"response":2,"status":200,"headers":[["content-type","text/event-stream"]]}
      {"chunk":2,"text":"data: {\\"delta\\":\\"Hi\\"}\\n\\n"}
      {"chunk":2,"text":"data: [DONE]\\n\\n"}
      {"end":2}
      "
    `);
  });

  it('gives back any interactions exactly', () => {
    fc.assert(
      fc.property(
        fc.array(wildInteraction, { maxLength: 4 }),
        fc.constantFrom(100, 65_536),
        (interactions, blobAbove) => {
          const back = roundTrip(interactions, { blobAbove, timing: true });
          expect(back.map(comparable)).toEqual(interactions.map(comparable));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives the same bytes when what was read is written again', () => {
    fc.assert(
      fc.property(fc.array(wildInteraction, { maxLength: 3 }), (interactions) => {
        const first = encodeCassette(sampleHeader, interactions, { timing: true });
        const again = encodeCassette(sampleHeader, roundTrip(interactions, { timing: true }), {
          timing: true,
        });
        expect(Buffer.compare(first.bytes, again.bytes)).toBe(0);
      }),
    );
  });

  it('keeps one JSON object a line and nothing that does not show', () => {
    fc.assert(
      fc.property(wildInteraction, (interaction) => {
        for (const line of linesOf(interaction)) {
          expect(Object.keys(JSON.parse(line) as object)[0]).toBe(/^\{"(\w+)":1/.exec(line)?.[1]);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\ufeff]/u);
        }
      }),
    );
  });
});

describe('a body', () => {
  const fieldsOf = (body: Uint8Array | string, options?: EncodeOptions): Record<string, unknown> => {
    const fields = JSON.parse(linesOf(withBody(body), options)[0]!) as Record<string, unknown>;
    for (const key of ['request', 'method', 'url', 'headers']) delete fields[key];
    return fields;
  };

  it.each([
    ['compact JSON', '{"a":[1,"é"]}', { json: { a: [1, 'é'] } }],
    ['pretty-printed JSON', '{\n  "a": 1\n}', { indent: 2, json: { a: 1 } }],
    [
      'JSON indented by tabs, with a final newline',
      '{\n\t"a": 1\n}\n',
      { indent: '\t', after: '\n', json: { a: 1 } },
    ],
    ['JSON as Python writes it', '{"a": 1, "b": [1, 2]}', { spaced: true, json: { a: 1, b: [1, 2] } }],
    ['JSON after keep-alive blanks', '\n \n{"a":1}', { before: '\n \n', json: { a: 1 } }],
  ])('is JSON when it is %s', (_, body, fields) => {
    expect(fieldsOf(body)).toEqual(fields);
  });

  it.each([
    ['a duplicate key', '{"a":1,"a":2}'],
    ['a key order JavaScript does not keep', '{"b":1,"1":2}'],
    ['an integer beyond a double', '[12345678901234567890]'],
    ['minus zero', '[-0]'],
    ['a number beyond a double', '[1e400]'],
    ['another spelling of a number', '[1.0]'],
    ['a needless escape', '["\\u0041"]'],
    ['unusual white space', '{ "a":1 }'],
    ['a byte order mark', '\uFEFF{"a":1}'],
    ['deep nesting', '['.repeat(300) + ']'.repeat(300)],
    ['a bare scalar', '"text"'],
  ])('is text when it is JSON with %s', (_, body) => {
    expect(fieldsOf(body)).toEqual({ text: body });
  });

  it('is base64 when it is not UTF-8, and absent when it is empty', () => {
    expect(fieldsOf(Uint8Array.of(0xff, 0xd8))).toEqual({ base64: '/9g=' });
    expect(fieldsOf('')).toEqual({});
  });

  it('goes to a blob when it is binary and above the limit', () => {
    const image = new Uint8Array(101).fill(0xff);
    expect(fieldsOf(image.subarray(1), { blobAbove: 100 })).toHaveProperty('base64');
    const fields = fieldsOf(image, { blobAbove: 100 });
    expect(fields).toEqual({ blob: expect.stringMatching(/^[0-9a-f]{32}$/), bytes: 101 });
    const { blobs } = encodeInteraction(1, withBody(image), { blobAbove: 100 });
    expect(blobs.get(fields['blob'] as string)).toEqual(image);
  });

  it('never leaves its line for a blob when it is text, or in a journal', () => {
    expect(fieldsOf('x'.repeat(200_000), { blobAbove: 100 })).toHaveProperty('text');
    expect(fieldsOf(new Uint8Array(200_000).fill(0xff))).toHaveProperty('base64');
    expect(encodeCassette(sampleHeader, [withBody(new Uint8Array(65_537).fill(0xff))]).blobs.size).toBe(1);
  });

  it('cannot put keys into the prototype of anything', () => {
    const [back] = roundTrip([withBody('{"__proto__":{"polluted":true}}')]);
    expect(Buffer.from(back!.request.body).toString()).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a response', () => {
  const kindsOf = (interaction: Interaction, options?: EncodeOptions): string[] =>
    linesOf(interaction, options).map((line) => /^\{"(\w+)"/.exec(line)![1]!);

  const answer = (chunks: Interaction['chunks'], contentType: string): Interaction => ({
    ...plainInteraction(),
    response: { status: 200, headers: [['Content-Type', contentType]] },
    chunks,
  });
  const one = [{ bytes: bytesOf('x'), at: 12 }];

  it('has its body on its own line when that is one piece', () => {
    expect(kindsOf(answer(one, 'text/plain'))).toEqual(['request', 'response', 'end']);
  });

  it.each([
    'text/event-stream',
    'application/x-ndjson; charset=utf-8',
    'application/jsonl',
    'application/stream+json',
    'application/vnd.amazon.eventstream',
  ])('has chunk lines when it is a stream (%s), even of one piece', (type) => {
    expect(kindsOf(answer(one, type))).toEqual(['request', 'response', 'chunk', 'end']);
  });

  it('has chunk lines when its timing is kept, and times only then', () => {
    expect(linesOf(answer(one, 'text/plain'), { timing: true })).toContain('{"chunk":1,"at":12,"text":"x"}');
    expect(linesOf(answer(one, 'text/event-stream'))).toContain('{"chunk":1,"text":"x"}');
  });

  it('tells no body from one empty piece', () => {
    expect(roundTrip([answer([], 'text/plain')])[0]!.chunks).toHaveLength(0);
    expect(roundTrip([answer([{ bytes: bytesOf('') }], 'text/plain')])[0]!.chunks).toHaveLength(1);
    expect(roundTrip([answer([], 'text/event-stream')])[0]!.chunks).toHaveLength(0);
    expect(roundTrip([answer([{ bytes: bytesOf('') }], 'text/event-stream')])[0]!.chunks).toHaveLength(1);
  });

  it('may be missing, with the reason on the last line', () => {
    const { response: _, ...refused } = plainInteraction();
    const lines = linesOf({
      ...refused,
      chunks: [],
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
    });
    expect(lines.at(-1)).toBe(
      '{"aborted":1,"by":"upstream","code":"ECONNREFUSED","message":"connect ECONNREFUSED"}',
    );
    expect(() => encodeInteraction(1, { ...refused, chunks: one })).toThrow(TypeError);
  });

  it('keeps trailers on the last line', () => {
    const lines = linesOf({
      ...plainInteraction(),
      ending: { kind: 'end', trailers: [['x-checksum', '1']] },
    });
    expect(lines.at(-1)).toBe('{"end":1,"trailers":[["x-checksum","1"]]}');
  });
});
