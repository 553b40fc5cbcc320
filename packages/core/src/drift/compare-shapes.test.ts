import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { compareRecordings } from './compare-recordings.ts';
import { compareShapes } from './compare-shapes.ts';
import { describeFinding } from './finding.ts';
import { shapeOf } from './response-shape.ts';
import { foreignRecordings } from '../../test/fixtures/foreign-recordings.ts';
import { needsRealTraffic } from '../../test/fixtures/real-traffic.ts';

interface Answer {
  readonly url?: string;
  readonly status?: number;
  readonly type?: string;
  readonly asked?: unknown;
  readonly ending?: Interaction['ending'];
}

function answer(body: string, { url, status, type, asked, ending }: Answer = {}): Interaction {
  return {
    request: {
      method: 'POST',
      url: url ?? 'https://api.openai.com/v1/chat/completions',
      headers: [],
      body: Buffer.from(JSON.stringify(asked ?? {})),
    },
    response: { status: status ?? 200, headers: [['content-type', type ?? 'application/json']] },
    chunks: body === '' ? [] : [{ bytes: Buffer.from(body) }],
    ending: ending ?? { kind: 'end' },
  };
}

const json = (value: unknown, options?: Answer): Interaction => answer(JSON.stringify(value), options);

const sse = (
  events: readonly (readonly [name: string | undefined, data: unknown])[],
  options?: Answer,
): Interaction =>
  answer(
    events
      .map(([name, data]) => {
        const text = typeof data === 'string' ? data : JSON.stringify(data);
        return `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`;
      })
      .join(''),
    { type: 'text/event-stream', ...options },
  );

function drift(was: Interaction, now: Interaction): string[] {
  return compareShapes(shapeOf(was), shapeOf(now)).map(
    (finding) => `${finding.severity}: ${describeFinding(finding)}`,
  );
}

describe('documents', () => {
  test('other values of the same shape are no drift', () => {
    const was = { id: 'chatcmpl-a1b2c3d4e5f6', created: 0, choices: [{ message: { content: 'a' } }] };
    const now = { id: 'chatcmpl-z9y8x7w6v5u4', created: 1763, choices: [{ message: { content: 'b' } }] };

    expect(drift(json(was), json(now))).toEqual([]);
  });

  test('a removed field is an error, and a new one a note', () => {
    const was = { usage: { prompt_tokens: 1, total_tokens: 2 } };
    const now = { usage: { prompt_tokens: 1, billed: { usd: 0.5 } } };

    expect(drift(json(was), json(now))).toEqual([
      'error: usage.total_tokens is gone; it was a number',
      'note: usage.billed is new: an object',
    ]);
  });

  test('another type is an error', () => {
    expect(drift(json({ created: 1 }), json({ created: '2026-11-20T10:00:00Z' }))).toEqual([
      'error: created is text; it was a number',
    ]);
    expect(drift(json({ content: 'hi' }), json({ content: [{ type: 'text', text: 'hi' }] }))).toEqual([
      'error: content is an array; it was text',
    ]);
  });

  test('elements of arrays are compared, however many there are', () => {
    const was = { data: [{ index: 0, embedding: [1, 2, 3] }] };

    expect(
      drift(
        json(was),
        json({
          data: [
            { index: 0, embedding: ['AAAA'] },
            { index: 1, embedding: ['AAAA'] },
          ],
        }),
      ),
    ).toEqual(['error: data[].embedding[] is text; it was a number']);
    expect(drift(json(was), json({ data: [{ index: 0, embedding: [1] }, { embedding: [1] }] }))).toEqual([
      'note: data[].index is missing at times; it was always there',
    ]);
    expect(drift(json(was), json({ data: [] }))).toEqual(['note: data is an empty array; it had elements']);
    expect(drift(json({ data: [] }), json(was))).toEqual([]);
  });

  test('a field that is null on one side is a note', () => {
    expect(drift(json({ refusal: null }), json({ refusal: 'no' }))).toEqual([
      'note: refusal is text; it was null',
    ]);
    expect(drift(json({ content: 'hi' }), json({ content: null }))).toEqual([
      'note: content is null; it was text',
    ]);
  });

  test('content blocks are compared with blocks of their type', () => {
    const text = { type: 'text', text: 'hi' };
    const tool = { type: 'tool_use', id: 'toolu_1', name: 'lookup', input: { city: 'Rome' } };

    expect(drift(json({ content: [text, tool] }), json({ content: [tool, text] }))).toEqual([]);
    expect(drift(json({ content: [text, tool] }), json({ content: [text] }))).toEqual([
      'note: content[] has no object of type "tool_use" any more',
    ]);
    expect(
      drift(json({ content: [text] }), json({ content: [{ type: 'output_text', text: 'hi' }] })),
    ).toEqual([
      'error: content[] has no object of type "text" any more; instead there is an object of type "output_text"',
    ]);
    expect(
      drift(
        json({ content: [tool] }),
        json({ content: [{ type: 'tool_use', id: 'toolu_1', name: 'lookup' }] }),
      ),
    ).toEqual(['error: content[](tool_use).input is gone; it was an object']);
  });

  test('a way of answering that the model did not take this time is a note', () => {
    const message = (fields: unknown): Interaction => json({ choices: [{ message: fields }] });
    const call = [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }];

    expect(
      drift(
        message({ content: null, tool_calls: call, role: 'assistant' }),
        message({ content: 'hi', role: 'assistant' }),
      ),
    ).toEqual([
      'note: choices[].message.content is text; it was null',
      'note: choices[].message.tool_calls is gone; it was an array',
    ]);
    expect(drift(message({ content: 'hi' }), message({ body: 'hi' }))).toContain(
      'error: choices[].message.content is gone; it was text',
    );
    expect(
      drift(
        json({ content: [{ type: 'text', text: 'hi' }] }),
        json({ content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }] }),
      ),
    ).toEqual([
      'note: content[] has no object of type "text" any more; instead there is an object of type "tool_use"',
    ]);
  });

  test('a field that was only ever null may go, and so may what Google leaves out when it is 0', () => {
    expect(drift(json({ stop_details: null }), json({}))).toEqual([
      'note: stop_details is gone; it was null',
    ]);
    const url = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-3:generateContent';
    expect(drift(json({ thoughtsTokenCount: 3, usage: {} }, { url }), json({}, { url }))).toEqual([
      'note: thoughtsTokenCount is gone; it was a number',
      'error: usage is gone; it was an object',
    ]);
  });

  test('arguments of tool calls are filled by the model: what is in them is no shape of the API', () => {
    const call = (args: unknown): Interaction => json({ parts: [{ functionCall: { name: 'f', args } }] });

    expect(drift(call({ city: 'Rome' }), call({ town: 7 }))).toEqual([]);
    expect(drift(call({ city: 'Rome' }), call('{"city":"Rome"}'))).toEqual([
      'error: parts[].functionCall.args is text; it was an object',
    ]);
  });

  test('what a value looks like is a note', () => {
    expect(drift(json({ id: 'call_a1b2c3d4e5f6' }), json({ id: 'toolu_a1b2c3d4e5f6' }))).toEqual([
      'note: id is an id that begins with toolu_; it was an id that begins with call_',
    ]);
    expect(drift(json({ at: '2026-11-20T10:00:00Z' }), json({ at: 'today' }))).toEqual([
      'note: at is not a time any more',
    ]);
    expect(drift(json({ at: 'today' }), json({ at: '2026-11-20T10:00:00Z' }))).toEqual([]);
  });
});

describe('streams', () => {
  const chunk = (delta: unknown, more = {}): [undefined, unknown] => [
    undefined,
    { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }], ...more },
  ];
  const done: [undefined, unknown] = [undefined, '[DONE]'];
  const stop: [undefined, unknown] = [
    undefined,
    { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  ];

  test('more events with other pieces are no drift', () => {
    const was = sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hello' }), stop, done]);
    const now = sse([
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'He' }),
      chunk({ content: 'llo' }),
      stop,
      done,
    ]);

    expect(drift(was, now)).toEqual([]);
  });

  test('a field that no event has any more is an error, and a new one a note', () => {
    const was = sse([chunk({ role: 'assistant', content: 'Hello' }), stop, done]);
    const now = sse([chunk({ role: 'assistant', text: 'Hello' }), stop, done]);

    expect(drift(was, now)).toEqual([
      'error: events: choices[].delta.content is gone; it was text',
      'note: events: choices[].delta.text is new: text',
    ]);
  });

  test('a renamed event is an error, a missing one a note', () => {
    const url = 'https://api.anthropic.com/v1/messages';
    const start: [string, unknown] = ['message_start', { type: 'message_start', message: { id: 'msg_1' } }];
    const ping: [string, unknown] = ['ping', { type: 'ping' }];
    const end: [string, unknown] = ['message_stop', { type: 'message_stop' }];
    const pong: [string, unknown] = ['keepalive', { type: 'keepalive' }];

    expect(drift(sse([start, ping, end], { url }), sse([start, end], { url }))).toEqual([
      'note: there is no event ping any more',
    ]);
    expect(drift(sse([start, end], { url }), sse([start, ping, end], { url }))).toEqual([
      'note: there is event ping, which is new',
    ]);
    expect(drift(sse([start, ping, end], { url }), sse([start, pong, end], { url }))).toEqual([
      'error: there is no event ping any more; instead there is event keepalive',
    ]);
    expect(drift(sse([start, end], { url }), sse([start], { url }))).toEqual([
      "error: the stream does not end as the provider's protocol says; it did",
      'note: there is no event message_stop any more',
    ]);
  });

  test('lines of JSON are events, too', () => {
    const options = { url: 'http://127.0.0.1:11434/api/chat', type: 'application/x-ndjson' };
    const lines = (...values: unknown[]): Interaction =>
      answer(values.map((value) => `${JSON.stringify(value)}\n`).join(''), options);

    expect(
      drift(
        lines({ message: { content: 'a' }, done: false }, { done: true, eval_count: 3 }),
        lines({ message: 'a', done: false }, { done: true, eval_count: 3 }),
      ),
    ).toEqual(['error: events: message is text; it was an object']);
  });

  test('what a cut answer lacks is not missed', () => {
    const was = sse([chunk({ content: 'Hello' }), stop, done]);
    const now = sse([[undefined, { object: 'chat.completion.chunk', choices: [] }]], {
      ending: { kind: 'aborted', by: 'client' },
    });

    expect(drift(was, now)).toEqual([]);
  });
});

describe('answers as a whole', () => {
  test('another status is one error, whatever the body is', () => {
    expect(drift(json({ a: 1 }), json({ error: {} }, { status: 429 }))).toEqual([
      'error: the status is 429; it was 200',
    ]);
  });

  test('a stream that became a document, and a document that became a page', () => {
    expect(drift(sse([[undefined, {}]]), json({}))).toEqual([
      'error: the body is JSON; it was a stream of events',
    ]);
    expect(drift(json({}), answer('<html>', { type: 'text/html' }))).toEqual([
      'error: the body is text; it was JSON',
    ]);
  });

  test('another media type matters where the body is not read', () => {
    expect(drift(answer('x', { type: 'audio/mpeg' }), answer('y', { type: 'audio/wav' }))).toEqual([
      'error: the media type is audio/wav; it was audio/mpeg',
    ]);
    expect(drift(json({}), json({}, { type: 'text/json' }))).toEqual([
      'note: the media type is text/json; it was application/json',
    ]);
  });
});

describe('sets of recordings', () => {
  test('are compared by endpoint, whatever model, id and order', () => {
    const google = (model: string): Answer => ({
      url: `https://generativelanguage.googleapis.com/v1beta/models/${model}:generateContent`,
    });
    const file = (id: string): Answer => ({ url: `https://api.openai.com/v1/files/${id}` });
    const was = [
      json({ candidates: [] }, google('gemini-1.5-pro')),
      json({ bytes: 1 }, file('file-a1b2c3d4e5f6')),
    ];
    const now = [
      json({ bytes: '1' }, file('file-z9y8x7w6v5u4')),
      json({ candidates: [], fresh: 1 }, google('gemini-3')),
    ];

    const { findings, compared } = compareRecordings(was, now);

    expect(compared).toEqual([
      'POST generativelanguage.googleapis.com/v1beta/models/{model}:generateContent',
      'POST api.openai.com/v1/files/{id}',
    ]);
    expect(
      findings.map(({ severity, endpoint, path }) => [severity, endpoint.split('/').at(-1), path]),
    ).toEqual([
      ['error', '{id}', 'bytes'],
      ['note', '{model}:generateContent', 'fresh'],
    ]);
  });

  test('statuses are compared with their like, and a new failure is an error', () => {
    const ok = json({ a: 1 });
    const busy = json({ error: { message: 'wait' } }, { status: 429 });

    expect(compareRecordings([ok, busy], [ok, busy]).findings).toEqual([]);
    expect(compareRecordings([ok, busy], [ok]).findings).toEqual([]);
    expect(compareRecordings([ok], [ok, busy]).findings).toMatchObject([
      { severity: 'error', kind: 'status-changed' },
    ]);
  });

  test('what is on one side only is said, and not taken for compared', () => {
    const chat = json({ a: 1 });
    const streamed = sse([[undefined, { a: 1 }]], { asked: { stream: true } });

    const { findings, compared } = compareRecordings([chat], [streamed]);

    expect(compared).toEqual([]);
    expect(findings.map(({ severity, kind }) => [severity, kind])).toEqual([
      ['note', 'endpoint-missing'],
      ['note', 'endpoint-added'],
    ]);
  });
});

test('whatever the JSON, an answer has not drifted from itself, and a name in it is all that is told', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(drift(json(value), json(value))).toEqual([]);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const secret = 'hunter2-hunter2-hunter2';
      for (const line of drift(json({ a, x: secret }), json({ a: b, x: 7, y: secret })))
        expect(line).not.toContain(secret);
    }),
  );
});

test('an answer nested deeper than any stack is compared as far as it makes sense', () => {
  const deep = `${'{"a":['.repeat(3000)}1${']}'.repeat(3000)}`;

  expect(drift(answer(deep), answer(deep))).toEqual([]);
});

test('recordings of real APIs have not drifted from themselves', (context) => {
  needsRealTraffic(context);
  const all = foreignRecordings()!.flatMap(({ interactions }) => interactions);

  expect(all.length).toBeGreaterThan(100);
  const drifted = all.filter((interaction) => drift(interaction, interaction).length > 0);
  expect(drifted.map(({ request }) => request.url)).toEqual([]);
  expect(compareRecordings(all, all.toReversed()).findings).toEqual([]);
});

test('two answers of a model to one kind of request, recorded by the same people, rarely look drifted', (context) => {
  needsRealTraffic(context);
  let pairs = 0;
  let red = 0;
  for (const { interactions } of foreignRecordings()!) {
    const shapes = interactions.map(shapeOf).filter(({ status }) => status === 200);
    for (const [index, shape] of shapes.entries()) {
      const other = shapes[index + 1];
      if (other?.endpoint !== shape.endpoint || !shape.bodies.isSubsetOf(other.bodies)) continue;
      pairs++;
      if (compareShapes(shape, other).some(({ severity }) => severity === 'error')) red++;
    }
  }

  expect(pairs).toBeGreaterThan(50);
  expect(red / pairs).toBeLessThan(0.1);
});
