import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interaction, RecordedRequest } from '../model/interaction.ts';
import { normalizeInteractions, normalizeRulesId } from './normalize.ts';
import { perform, type Script } from '../../test/fixtures/simulated-calls.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));
const text = (value: Uint8Array) => Buffer.from(value).toString('utf8');

/** The least key that can work: the real one only makes more requests equal. */
const keyOf = ({ method, url, body }: RecordedRequest) => `${method} ${url} ${text(body)}`;

/** Rules of the shape that providers have, small enough to be read beside the tests. */
const rules = {
  ids: [{ path: '**.id' }, { path: '**.call_id' }, { path: '**.item_id' }, { path: 'responseId' }],
  volatile: [
    { path: 'created', value: 0 },
    { path: '**.created_at', value: 0 },
    { path: '**.created_at', value: '1970-01-01T00:00:00Z' },
    { path: '**.completed_at', value: 0 },
    { path: '**.expires_at', value: 4_102_444_800 },
    { path: 'obfuscation', value: '' },
    { path: 'system_fingerprint', value: 'fp_0' },
    { path: 'only_here', endpoint: '/files', value: 0 },
  ],
};

const options = { keyOf, provider: () => rules };
const normalize = (interactions: readonly Interaction[]) => normalizeInteractions(interactions, options);

interface Call {
  readonly url?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly send?: string;
  readonly type?: string;
  readonly head?: readonly (readonly [string, string])[];
  readonly answer: string | readonly string[];
  readonly ending?: Interaction['ending'];
}

function call({
  url = 'https://x.test/v1/chat',
  headers = [],
  send = '{}',
  type = 'application/json',
  ...rest
}: Call): Interaction {
  const pieces = typeof rest.answer === 'string' ? [rest.answer] : rest.answer;
  return {
    request: { method: 'POST', url, headers, body: bytes(send) },
    response: { status: 200, headers: [['content-type', type], ...(rest.head ?? [])] },
    chunks: pieces.map((piece) => ({ bytes: bytes(piece) })),
    ending: rest.ending ?? { kind: 'end' },
  };
}

const answers = (interactions: readonly Interaction[]) =>
  interactions.map(({ chunks }) => chunks.map((chunk) => text(chunk.bytes)));
const answerOf = (given: Call) => answers(normalize([call(given)]))[0]!.join('|');
const headerOf = (interaction: Interaction, name: string) =>
  interaction.response!.headers.find(([key]) => key.toLowerCase() === name)?.[1];

describe('ids', () => {
  it('follow a tool call into the next request, also inside JSON in a string and in a URL', () => {
    const id = 'call_jbujoPVdWfu8tZ7UjHPotN9G';
    const [first, second] = normalize([
      call({ answer: `{"tool_calls":[{"id":"${id}"}]}` }),
      call({
        url: `https://x.test/v1/calls/${id}?id=${id}`,
        headers: [['x-call', id]],
        send: `{"tool_call_id": "${id}", "arguments": "{\\"of\\":\\"${id}\\"}"}`,
        answer: '{}',
      }),
    ]);
    const stable = /call_[0-9a-f]{24}/.exec(text(first!.chunks[0]!.bytes))![0];
    expect(second!.request).toEqual({
      method: 'POST',
      url: `https://x.test/v1/calls/${stable}?id=${stable}`,
      headers: [['x-call', stable]],
      body: bytes(`{"tool_call_id": "${stable}", "arguments": "{\\"of\\":\\"${stable}\\"}"}`),
    });
  });

  it('are the same for the same request, other for another one, and other for its repetition', () => {
    const answer = () => ({ answer: `{"id":"chatcmpl-${Math.random().toString(36).slice(2, 12)}a7Kx"}` });
    const [a, b, again] = answers(
      normalize([
        call({ ...answer(), send: '{"a":1}' }),
        call({ ...answer(), send: '{"b":1}' }),
        call({ ...answer(), send: '{"a":1}' }),
      ]),
    );
    expect(new Set([a![0], b![0], again![0]]).size).toBe(3);
    expect(
      answers(normalize([call({ ...answer(), send: '{"b":1}' }), call({ ...answer(), send: '{"a":1}' })])),
    ).toEqual([b, a]);
  });

  it('leave alone what the client made up', () => {
    const mine = '7f3d2c1b-0000-4aaa-8bbb-123456789abc';
    const interactions = [call({ send: `{"session":"${mine}"}`, answer: `{"id":"${mine}"}` })];
    expect(normalize(interactions)).toEqual(interactions);
  });

  it.each(['1', 'auto', 'get_weather', 'functions.add:0', ''])(
    'leave %j alone, which may stand anywhere',
    (value) => {
      const given = `{"id":"${value}","say":"${value}"}`;
      expect(answerOf({ answer: given })).toBe(given);
    },
  );

  it('are learned from every event of a stream, whatever its framing', () => {
    const answer = [
      'id: 1\r\nevent: x\r\ndata:{"id":"msg_a7Kxxxxxxxxx"}\r\n\r\n',
      ': note\r\n\r\n',
      'data: {"item_id" : "msg_a7Kxxxxxxxxx"}\r\n\r\n',
    ];
    expect(answerOf({ type: 'text/event-stream', answer })).toMatch(
      /^id: 1\r\nevent: x\r\ndata:\{"id":"(msg_[0-9a-f]{24})"\}\r\n\r\n\|: note\r\n\r\n\|data: \{"item_id" : "\1"\}\r\n\r\n$/,
    );
  });

  it('agree with the header that repeats them', () => {
    const [only] = normalize([
      call({
        head: [['x-generation-id', 'gen-1785813189-X5lE8LqV']],
        answer: '{"id":"gen-1785813189-X5lE8LqV"}',
      }),
    ]);
    expect(`{"id":"${headerOf(only!, 'x-generation-id')}"}`).toBe(text(only!.chunks[0]!.bytes));
  });

  it('agree with the error message that quotes a request id', () => {
    const [only] = normalize([
      call({
        head: [['x-request-id', 'req_8513283bef2e4a1f']],
        answer: '{"error":{"message":"request ID req_8513283bef2e4a1f."}}',
      }),
    ]);
    expect(text(only!.chunks[0]!.bytes)).toBe(
      `{"error":{"message":"request ID ${headerOf(only!, 'x-request-id')}."}}`,
    );
  });

  it('do not move when a header comes or goes', () => {
    const body = '{"id":"chatcmpl-a7Kxxxxxxxxx"}';
    const [without] = normalize([call({ answer: body })]);
    const [having] = normalize([call({ head: [['cf-ray', 'a1abf8a3ab25300b-SJC']], answer: body })]);
    expect(answers([having!])).toEqual(answers([without!]));
  });

  it('are rewritten in an earlier answer that mentions them where no rule looks', () => {
    const [first, second] = normalize([
      call({ send: '{"n":1}', answer: '{"mentions":"thread_a7Kxxxxxxxxx"}' }),
      call({ send: '{"n":2}', answer: '{"id":"thread_a7Kxxxxxxxxx"}' }),
    ]);
    expect(text(first!.chunks[0]!.bytes).slice(13)).toBe(text(second!.chunks[0]!.bytes).slice(7));
  });

  it('are put together again when a stream cut them in two', () => {
    const id = 'file-a7KxxxxxxxxxxxxxxB';
    const delta = (index: number, part: string) =>
      `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":${index},"function":{"arguments":${JSON.stringify(part)}}}]}}]}\n\n`;
    const interactions = [
      call({ send: '{"n":1}', answer: `{"id":"${id}"}` }),
      call({
        send: '{"n":2}',
        type: 'text/event-stream',
        // Two calls grow side by side; the second one has the id.
        answer: [
          delta(0, '{"é":"'),
          delta(1, '{"\\u00e9\n":"fi'),
          delta(0, 'x"}'),
          delta(1, 'le-a7Kxxxxxx'),
          delta(1, 'xxxxxxxxB"}'),
        ],
      }),
      call({ send: `{"n":3,"arguments":"{\\"file\\":\\"${id}\\"}"}`, answer: '{}' }),
    ];
    const [first, second, third] = normalize(interactions);
    const stable = /file-[0-9a-f]{24}/.exec(text(first!.chunks[0]!.bytes))![0];
    const joined = new Map<number, string>();
    for (const chunk of second!.chunks) {
      const [part] = JSON.parse(text(chunk.bytes).slice(6)).choices[0].delta.tool_calls;
      joined.set(part.index, (joined.get(part.index) ?? '') + part.function.arguments);
    }
    expect(joined.get(0)).toBe('{"é":"x"}');
    expect(joined.get(1)).toBe(`{"\\u00e9\n":"${stable}"}`);
    expect(text(third!.request.body)).toContain(stable);
    expect(normalize([first!, second!, third!])).toEqual([first, second, third]);
  });
});

describe('volatile fields', () => {
  it('become constants, and nothing else in the text moves', () => {
    const answer =
      '\n\n { "created" :1763576311 ,"b":1.50,\t"a":"\\u00e9", "obfuscation":"x\\"y","created":7, "n":1e3 }\n';
    expect(answerOf({ answer })).toBe(
      '\n\n { "created" :0 ,"b":1.50,\t"a":"\\u00e9", "obfuscation":"","created":0, "n":1e3 }\n',
    );
  });

  it('keep a null, and a value of another type than any constant', () => {
    const answer =
      '{"completed_at":null,"created":"yesterday","created_at":"2026-01-01","x":{"created_at":5}}';
    expect(answerOf({ answer })).toBe(
      '{"completed_at":null,"created":"yesterday","created_at":"1970-01-01T00:00:00Z","x":{"created_at":0}}',
    );
  });

  it('are volatile only at their endpoint', () => {
    expect(answerOf({ answer: '{"only_here":5}' })).toBe('{"only_here":5}');
    expect(answerOf({ url: 'https://x.test/v1/files', answer: '{"only_here":5}' })).toBe('{"only_here":0}');
  });

  it('are found in each line of NDJSON, and the line that was cut is left', () => {
    const answer = ['{"created_at":"2024-05-24T20:01:31.01558Z"}\n', '{"created_at":"2024-05-24T20:01:31.1'];
    const ending = { kind: 'aborted', by: 'upstream', code: 'ECONNRESET' } as const;
    expect(answerOf({ type: 'application/x-ndjson', answer, ending })).toBe(
      '{"created_at":"1970-01-01T00:00:00Z"}\n|{"created_at":"2024-05-24T20:01:31.1',
    );
  });

  it.each([
    ['text', 'created: 5'],
    ['broken JSON', '{"created":5,}'],
    ['JSON over several data lines', 'data: {"created":\ndata: 5}\n\n'],
    ['nothing', ''],
  ])('leave %s as it is', (_, answer) => {
    expect(answerOf({ answer })).toBe(answer);
  });
});

describe('chunks', () => {
  it('keep their cuts when they are no whole events', () => {
    const whole = 'data: {"id":"msg_a7Kxxxxxxxxx","created":123456}\n\ndata: {"é":1}\n\n';
    const pieces = fc.array(fc.nat({ max: Buffer.byteLength(whole) })).map((cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), Buffer.byteLength(whole)];
      return at.slice(1).map((end, index) => ({ bytes: bytes(whole).subarray(at[index], end) }));
    });
    const expected = answerOf({ type: 'text/event-stream', answer: whole });
    fc.assert(
      fc.property(pieces, (chunks) => {
        const [only] = normalize([{ ...call({ type: 'text/event-stream', answer: '' }), chunks }]);
        expect(only!.chunks).toHaveLength(chunks.length);
        expect(Buffer.concat(only!.chunks.map((chunk) => chunk.bytes)).toString('utf8')).toBe(expected);
      }),
    );
  });

  it('keep their time', () => {
    const [only] = normalize([
      { ...call({ answer: '' }), chunks: [{ bytes: bytes('{"created":5}'), at: 17 }] },
    ]);
    expect(only!.chunks).toEqual([{ bytes: bytes('{"created":0}'), at: 17 }]);
  });

  it('of pictures and sound are not searched', () => {
    expect(answerOf({ type: 'audio/mpeg', answer: '{"created":5}' })).toBe('{"created":5}');
  });

  it('may be any bytes at all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array()),
        fc.constantFrom('application/json', 'text/event-stream', ''),
        (parts, type) => {
          const given = [{ ...call({ type, answer: '' }), chunks: parts.map((part) => ({ bytes: part })) }];
          const once = normalize(given);
          expect(normalize(once)).toEqual(once);
        },
      ),
    );
  });
});

describe('content-length', () => {
  const withLength = (length: string, more: Partial<Call> = {}) =>
    headerOf(
      normalize([
        call({ answer: '{"created":1763576311}', head: [['Content-Length', length]], ...more }),
      ])[0]!,
      'content-length',
    );

  it('follows the body', () => {
    expect(withLength('22')).toBe('13');
  });

  it('keeps what a cut answer promised beyond what arrived', () => {
    expect(withLength('1022', { ending: { kind: 'aborted', by: 'upstream', code: 'ECONNRESET' } })).toBe(
      '1013',
    );
  });

  it('of a compressed body becomes the length before compression, which is the same each time', () => {
    expect(
      withLength('19', {
        head: [
          ['content-encoding', 'gzip'],
          ['content-length', '19'],
        ],
      }),
    ).toBe('13');
  });

  it('of a request follows its body too', () => {
    const id = 'call_jbujoPVd';
    const [, second] = normalize([
      call({ answer: `{"id":"${id}"}` }),
      call({ headers: [['content-length', '16']], send: `{"x":"${id}"}  `.slice(0, 21), answer: '{}' }),
    ]);
    expect(second!.request.headers).toEqual([['content-length', String(16 + 29 - 13)]]);
  });
});

describe('a whole cassette', () => {
  const script = fc.record({
    api: fc.constantFrom(
      'chat',
      'chat-stream',
      'responses',
      'messages',
      'gemini-stream',
      'files',
    ) as fc.Arbitrary<Script['api']>,
    name: fc.uuid(),
    turns: fc.array(fc.record({ says: fc.string(), tools: fc.nat({ max: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  });
  const scripts = fc.uniqueArray(script, { minLength: 1, maxLength: 4, selector: ({ name }) => name });

  it('changes no more once it is normalized', () => {
    fc.assert(
      fc.property(scripts, fc.nat(), (given, seed) => {
        const once = normalize(given.flatMap((each, index) => perform(each, seed + index)));
        const twice = normalize(once);
        expect(twice).toEqual(once);
        for (const [index, interaction] of twice.entries()) expect(interaction).toBe(once[index]);
      }),
    );
  });

  it('is the same bytes when unchanged behaviour is recorded again', () => {
    fc.assert(
      fc.property(scripts, fc.nat(), fc.nat(), (given, seed, other) => {
        const record = (start: number) =>
          normalize(given.flatMap((each, index) => perform(each, start + 31 * index)));
        expect(record(other)).toEqual(record(seed));
      }),
    );
  });

  it('has the same interactions in whatever order parallel conversations were recorded', () => {
    fc.assert(
      fc.property(scripts, fc.nat(), fc.nat(), fc.infiniteStream(fc.nat()), (given, seed, other, choices) => {
        const runs = (start: number) => given.map((each, index) => perform(each, start + 31 * index));
        const sorted = (tape: readonly Interaction[]) =>
          normalize(tape)
            .map((interaction) =>
              JSON.stringify(interaction, (_, value) => (value instanceof Uint8Array ? text(value) : value)),
            )
            .toSorted();
        expect(sorted(shuffle(runs(other), choices))).toEqual(sorted(runs(seed).flat()));
      }),
    );
  });

  /** Interleaves runs, each in its own order. */
  function shuffle(runs: Interaction[][], choices: Iterator<number>): Interaction[] {
    const mixed: Interaction[] = [];
    for (
      let left = runs.filter((run) => run.length > 0);
      left.length > 0;
      left = left.filter((run) => run.length > 0)
    ) {
      mixed.push(left[(choices.next().value as number) % left.length]!.shift()!);
    }
    return mixed;
  }

  it('keeps an interaction that never got an answer', () => {
    const refused: Interaction = {
      request: { method: 'POST', url: 'https://x.test/', headers: [], body: bytes('{}') },
      chunks: [],
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNREFUSED' },
    };
    expect(normalize([refused])[0]).toBe(refused);
  });

  it('from a host that nothing is known of still has stable headers', () => {
    const given = call({ head: [['date', 'Mon, 13 Jul 2026 23:12:13 GMT']], answer: '{"created":5}' });
    const [only] = normalizeInteractions([given], { keyOf, provider: () => undefined });
    expect(headerOf(only!, 'date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
    expect(answers([only!])).toEqual([['{"created":5}']]);
  });
});

describe('normalizeRulesId', () => {
  it('is raised when the rules give other bytes', () => {
    // When this fails, the rules have changed: raise the id, then put the new bytes here.
    const [only] = normalize([
      call({
        head: [
          ['x-request-id', 'req_8513283bef2e4a1f'],
          ['age', '5'],
        ],
        answer:
          '{"id":"chatcmpl-CdVpRQKSNGceawDs","created":5,"x":{"id":"e3e74eb8-f868-4384-a58b-46f44d1596e8"}}',
      }),
    ]);
    expect([normalizeRulesId, only!.response!.headers.slice(1), text(only!.chunks[0]!.bytes)])
      .toMatchInlineSnapshot(`
      [
        "normalize-1",
        [
          [
            "x-request-id",
            "req_b6318847a6b232d65b55c506",
          ],
          [
            "age",
            "0",
          ],
        ],
        "{"id":"chatcmpl-d825e2ff7712ddb4a1e8dbb0","created":0,"x":{"id":"fe66a8ea-b78b-4e9c-8225-b39cefcaa3f7"}}",
      ]
    `);
  });
});
