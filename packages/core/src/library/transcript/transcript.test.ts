import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCassette } from '../../cassette/format.ts';
import type { Interaction } from '../../model/interaction.ts';
import { wildInteraction } from '../../../test/cassette/arbitrary-interaction.ts';
import { sampleHeader } from '../../../test/cassette/sample-interaction.ts';
import { foreignRecordings } from '../../../test/fixtures/foreign-recordings.ts';
import { needsRealTraffic } from '../../../test/fixtures/real-traffic.ts';
import { call, chat, chatStream, eventFrame, stream } from '../../../test/library/calls.ts';
import { cassetteText, contentOf } from '../../../test/library/folder.ts';
import { damagedLines, entryOf, readTranscript, transcriptLines } from './write-transcript.ts';

function show(...interactions: Interaction[]): string {
  return [...transcriptLines(contentOf(cassetteText(interactions)))].join('\n');
}

const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Current weather',
    parameters: { type: 'object', properties: { city: {}, unit: {} }, required: ['city'] },
  },
};

describe('a transcript of chat completions', () => {
  it('has prompts, tools, calls, results, the answer and its tokens', () => {
    const text = show(
      call(
        {
          model: 'gpt-4o-mini',
          temperature: 0.2,
          tools: [weatherTool],
          messages: [
            { role: 'system', content: 'Be brief.' },
            {
              role: 'user',
              content: [
                { type: 'text', text: 'Look:' },
                { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(4000)}` } },
              ],
            },
            {
              role: 'assistant',
              content: null,
              tool_calls: [
                {
                  id: 'call_1',
                  type: 'function',
                  function: { name: 'get_weather', arguments: '{"city":"Bern"}' },
                },
              ],
            },
            { role: 'tool', tool_call_id: 'call_1', content: '{"temp":21}' },
          ],
        },
        {
          model: 'gpt-4o-mini',
          choices: [
            { message: { role: 'assistant', content: 'It is 21 °C.\nEnjoy!' }, finish_reason: 'stop' },
          ],
          usage: { prompt_tokens: 20, completion_tokens: 12, prompt_tokens_details: { cached_tokens: 8 } },
        },
      ),
    );
    expect(text).toBe(`chat/summarizes an article
recorded 2026-11-20T10:00:00Z by @reel/core 0.1.0, 1 interaction

━━ 1 ━━ POST https://api.openai.com/v1/chat/completions · 200
model: gpt-4o-mini
temperature: 0.2
tool: get_weather(city, unit?)  Current weather

[system]
Be brief.

[user]
Look:
[image/png, 3.0 kB]

[assistant]
→ get_weather({ "city": "Bern" })  #call_1

[tool]
← #call_1
  { "temp": 21 }

── answer
[assistant]
It is 21 °C.
Enjoy!
finish: stop
tokens: 20 in, 12 out (8 cached)`);
  });

  it('joins streams, of several choices and calls too', () => {
    const delta = (index: number, delta: unknown, finish: string | null = null): unknown => ({
      choices: [{ index, delta, finish_reason: finish }],
    });
    const text = show(
      stream({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, [
        delta(0, { role: 'assistant', reasoning_content: 'Hm' }),
        delta(0, { reasoning_content: 'm.' }),
        delta(0, { content: 'Hel' }),
        delta(1, { content: 'Other' }),
        delta(0, { content: 'lo' }),
        delta(0, { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }] }),
        delta(0, { tool_calls: [{ index: 1, id: 'b', function: { name: 'g', arguments: '{' } }] }),
        delta(0, {
          tool_calls: [
            { index: 0, function: { arguments: ':1}' } },
            { index: 1, function: { arguments: '}' } },
          ],
        }),
        delta(0, {}, 'tool_calls'),
        delta(1, {}, 'stop'),
        '[DONE]',
      ]),
    );
    expect(text).toContain(
      [
        '[assistant]',
        '~ Hmm.',
        'Hello',
        '→ f({ "x": 1 })  #a',
        '→ g({})  #b',
        '[assistant]',
        'Other',
        'finish: tool_calls, stop',
      ].join('\n'),
    );
  });

  it('says how an answer failed, was cut, or never came', () => {
    const failed = call(
      { messages: [{ role: 'user', content: 'Hi' }] },
      { error: { message: 'slow down', type: 'rate_limit' } },
      { status: 429 },
    );
    const cut: Interaction = {
      ...chatStream('Hi', ['Hel'], false),
      ending: { kind: 'aborted', by: 'upstream', code: 'ECONNRESET' },
    };
    const { response: _, ...rest } = chat('Hi', '');
    const refused: Interaction = {
      ...rest,
      chunks: [],
      ending: { kind: 'aborted', by: 'upstream', code: 'ENOTFOUND', message: 'no such host' },
    };
    const text = show(failed, cut, refused);
    expect(text).toContain('· 429');
    expect(text).toContain('error: rate_limit: slow down');
    expect(text).toContain('Hel\n✂ interaction 2 was cut by network or server (ECONNRESET)');
    expect(text).toContain('· no answer');
    expect(text).toContain('(ENOTFOUND: no such host)');
  });
});

describe('a transcript of other APIs', () => {
  it('reads the Responses API, streamed and whole, and a stream that was cut', () => {
    const url = 'https://api.openai.com/v1/responses';
    const request = {
      model: 'gpt-5',
      instructions: 'Be kind.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
        { type: 'function_call', name: 'f', call_id: 'c1', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'done' },
      ],
    };
    const output = [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Thinking.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
    ];
    const whole = { object: 'response', status: 'completed', model: 'gpt-5', output };
    const pieces = [
      [
        'response.output_item.added',
        {
          type: 'response.output_item.added',
          item: { type: 'function_call', id: 'fc', call_id: 'c2', name: 'g' },
        },
      ],
      [
        'response.function_call_arguments.delta',
        { type: 'response.function_call_arguments.delta', item_id: 'fc', delta: '{"a":2}' },
      ],
      ['response.output_text.delta', { type: 'response.output_text.delta', item_id: 'm', delta: 'Hel' }],
    ];
    const [asked, answered, streamed, cut] = [
      show(call(request, whole, { url })),
      show(call(request, whole, { url })),
      show(
        stream(
          request,
          [...pieces, ['response.completed', { type: 'response.completed', response: whole }]],
          { url },
        ),
      ),
      show(stream(request, pieces, { url })),
    ];
    expect(asked).toContain(
      '[system]\nBe kind.\n\n[user]\nHi\n\n[assistant]\n→ f({})  #c1\n\n[tool]\n← #c1\n  done\n',
    );
    for (const text of [answered, streamed])
      expect(text).toContain('[assistant]\n~ Thinking.\nHello\nfinish: completed');
    expect(cut).toContain('[assistant]\n→ g({ "a": 2 })  #c2\nHel');
  });

  it('reads Anthropic, streamed and whole', () => {
    const url = 'https://api.anthropic.com/v1/messages';
    const request = {
      model: 'claude-haiku-5-5',
      max_tokens: 10,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't0', content: 'ok' },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } },
          ],
        },
      ],
    };
    const whole = {
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-5-5',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Hello' },
        { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 3, output_tokens: 4 },
    };
    const events = [
      { type: 'message_start', message: { role: 'assistant', usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hel' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'lo' } },
      {
        type: 'content_block_start',
        index: 2,
        content_block: { type: 'tool_use', id: 't1', name: 'f', input: {} },
      },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a"' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: ':1}' } },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 4 } },
      { type: 'message_stop' },
    ].map((event) => [event.type, event]);
    for (const text of [show(call(request, whole, { url })), show(stream(request, events, { url }))]) {
      expect(text).toContain('[user]\n← #t0\n  ok\n[application/pdf, 3 B]');
      expect(text).toContain(
        '[assistant]\n~ Hm.\nHello\n→ f({ "a": 1 })  #t1\nfinish: tool_use\ntokens: 3 in, 4 out',
      );
    }
  });

  it('reads Gemini, whose model stands in the path', () => {
    const url =
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse';
    const text = show(
      stream(
        {
          systemInstruction: { parts: [{ text: 'Be brief.' }] },
          contents: [
            {
              role: 'user',
              parts: [{ text: 'Hi' }, { inlineData: { mimeType: 'image/jpeg', data: 'AAAA' } }],
            },
            { role: 'user', parts: [{ functionResponse: { name: 'f', response: { ok: true } } }] },
          ],
          generationConfig: { temperature: 0 },
          tools: [{ functionDeclarations: [{ name: 'f' }] }],
        },
        [
          {
            candidates: [
              { content: { role: 'model', parts: [{ text: 'Hm.', thought: true }, { text: 'Hel' }] } },
            ],
          },
          {
            candidates: [
              {
                content: {
                  role: 'model',
                  parts: [{ text: 'lo' }, { functionCall: { name: 'f', args: { a: 1 } } }],
                },
                finishReason: 'STOP',
              },
            ],
            usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2 },
          },
        ],
        { url },
      ),
    );
    expect(text).toContain(
      'model: gemini-2.5-flash\ntemperature: 0\ntool: f()\n\n[system]\nBe brief.\n\n[user]\nHi\n[image/jpeg, 3 B]\n\n[user]\n← f\n  { "ok": true }',
    );
    expect(text).toContain('[model]\n~ Hm.\nHello\n→ f({ "a": 1 })\nfinish: STOP\ntokens: 5 in, 2 out');
  });

  it('reads Ollama, chat and generate', () => {
    const lines = (values: readonly unknown[]): Interaction['chunks'] =>
      values.map((value) => ({ bytes: Buffer.from(`${JSON.stringify(value)}\n`) }));
    const url = 'http://127.0.0.1:11434/api/chat';
    const asked = call(
      {
        model: 'llama3',
        messages: [{ role: 'user', content: 'Hi', images: ['AAAA'] }],
        options: { seed: 1 },
      },
      {},
      { url, type: 'application/x-ndjson' },
    );
    const streamed: Interaction = {
      ...asked,
      chunks: lines([
        { message: { role: 'assistant', content: 'Hel' }, done: false },
        {
          message: {
            role: 'assistant',
            content: 'lo',
            tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }],
          },
          done: true,
          done_reason: 'stop',
        },
      ]),
    };
    const text = show(
      streamed,
      call(
        { model: 'llama3', prompt: 'Hi' },
        { response: 'Hey', done: true, done_reason: 'stop' },
        { url: 'http://127.0.0.1:11434/api/generate' },
      ),
    );
    expect(text).toContain(
      'seed: 1\n\n[user]\nHi\n[image, 3 B]\n\n── answer\n[assistant]\nHello\n→ f({ "a": 1 })\nfinish: stop',
    );
    expect(text).toContain('[user]\nHi\n\n── answer\n[assistant]\nHey');
  });

  it('reads Bedrock: Converse, its stream, and the streams of InvokeModel', () => {
    const host = 'https://bedrock-runtime.us-east-1.amazonaws.com/model';
    const body = {
      system: [{ text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [{ text: 'Hi' }, { toolResult: { toolUseId: 't', content: [{ json: { ok: 1 } }] } }],
        },
      ],
      inferenceConfig: { maxTokens: 9 },
    };
    const framed = (url: string, frames: readonly Uint8Array[]): Interaction => ({
      ...call(body, {}, { url, type: 'application/vnd.amazon.eventstream' }),
      chunks: frames.map((bytes) => ({ bytes })),
    });
    const converse = framed(`${host}/anthropic.claude-v2%3A1/converse-stream`, [
      eventFrame('messageStart', { role: 'assistant' }),
      eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hel' } }),
      eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'lo' } }),
      eventFrame('contentBlockStart', {
        contentBlockIndex: 1,
        start: { toolUse: { name: 'f', toolUseId: 't1' } },
      }),
      eventFrame('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '{}' } } }),
      eventFrame('messageStop', { stopReason: 'tool_use' }),
    ]);
    const wrapped = (event: unknown): Uint8Array =>
      eventFrame('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') });
    const invoke = framed(`${host}/anthropic.claude-v2/invoke-with-response-stream`, [
      wrapped({ type: 'message_start', message: { role: 'assistant' } }),
      wrapped({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Claude' } }),
    ]);
    const titan = framed(`${host}/amazon.titan-text/invoke-with-response-stream`, [
      wrapped({ outputText: 'Ti' }),
      wrapped({ outputText: 'tan', completionReason: 'FINISH' }),
    ]);
    const whole = call(
      body,
      { output: { message: { role: 'assistant', content: [{ text: 'Whole' }] } }, stopReason: 'end_turn' },
      { url: `${host}/m/converse` },
    );
    const text = show(converse, invoke, titan, whole);
    expect(text).toContain(
      'model: anthropic.claude-v2:1\nmaxTokens: 9\n\n[system]\nBe brief.\n\n[user]\nHi\n← #t\n  { "ok": 1 }',
    );
    expect(text).toContain('[assistant]\nHello\n→ f({})  #t1\nfinish: tool_use');
    for (const said of [
      '[assistant]\nClaude',
      '[assistant]\nTitan\nfinish: FINISH',
      '[assistant]\nWhole\nfinish: end_turn',
    ])
      expect(text).toContain(said);
  });

  it('counts vectors and shows what was embedded', () => {
    const text = show(
      call(
        { model: 'text-embedding-3-small', input: ['cats', 'dogs\n\nand more'] },
        { data: [{ embedding: [0.1, 0.2, 0.3] }, { embedding: [1, 2, 3] }] },
        { url: 'https://api.openai.com/v1/embeddings' },
      ),
    );
    expect(text).toContain('input: cats\ninput: dogs\n\n  and more\n\n── answer\n2 vectors of 3 dimensions');
  });

  it('shows calls that it does not know as request and response, binary ones by size', () => {
    const text = show(call({ query: 'x' }, { hits: [1] }, { url: 'https://search.example.com/find' }), {
      ...call({}, {}, { url: 'https://example.com/logo.png', type: 'image/png' }),
      chunks: [{ bytes: new Uint8Array([0x89, 0x50, 0, 1]) }],
    });
    expect(text).toContain('── request\n{\n  "query": "x"\n}\n\n── response\n{\n  "hits": [\n    1\n  ]\n}');
    expect(text).toContain('[response: image/png, 4 B]');
  });

  it('shows a WebSocket session, the pieces of a text joined', () => {
    const frame = (from: 'client' | 'server', value: unknown) => ({
      from,
      bytes: Buffer.from(JSON.stringify(value)),
      isBinary: false,
    });
    const text = show({
      request: {
        method: 'GET',
        url: 'wss://api.openai.com/v1/realtime',
        headers: [],
        body: new Uint8Array(),
      },
      response: { status: 101, headers: [] },
      chunks: [],
      ending: { kind: 'end' },
      session: {
        frames: [
          frame('client', { type: 'response.create' }),
          frame('server', { type: 'response.text.delta', delta: 'Hel' }),
          frame('server', { type: 'response.text.delta', delta: 'lo' }),
          frame('server', { type: 'response.done', audio: 'A'.repeat(800) }),
          { from: 'client', bytes: new Uint8Array(2048), isBinary: true },
        ],
        end: { kind: 'closed', by: 'server', code: 1000, reason: 'bye' },
      },
    });
    expect(text).toContain('WebSocket, 5 messages');
    expect(text).toContain(
      '\n\n→ response.create\n\n[assistant]\nHello\n\n← response.done\n\n→ [binary, 2.0 kB]\n\nclosed by the server (1000: bye)',
    );
  });
});

describe('any transcript', () => {
  it('is the same text for the same cassette, and only the interactions that were asked for', () => {
    const content = contentOf(cassetteText([chat('one', '1'), chat('two', '2'), chat('three', '3')]));
    expect([...transcriptLines(content)]).toEqual([...transcriptLines(content)]);
    const some = [...transcriptLines(content, { only: new Set([2]) })].join('\n');
    expect(some).toContain('two');
    expect(some).not.toContain('three');
    expect(readTranscript(content, { only: new Set([3]) }).interactions.map(({ number }) => number)).toEqual([
      3,
    ]);
  });

  it('shows headers and bodies as they are, when asked', () => {
    const text = [...transcriptLines(contentOf(cassetteText([chat('one', '1')])), { raw: true })].join('\n');
    expect(text).toContain('> content-type: application/json');
    expect(text).toContain('{"model":"gpt-4o-mini","messages"');
  });

  it('names a blob that is not there, as git gives a file without its folder', () => {
    const big = Buffer.alloc(70_000, 0xff);
    const interaction: Interaction = {
      ...call({}, {}, { type: 'application/octet-stream' }),
      chunks: [{ bytes: big }],
    };
    const { bytes } = encodeCassette(sampleHeader, [interaction]);
    for (const source of [
      Buffer.from(bytes).toString(),
      Buffer.from(bytes).toString().replaceAll('\n', '\r\n'),
    ]) {
      const text = [...transcriptLines(contentOf(source))].join('\n');
      expect(text).toMatch(/\[blob [0-9a-f]{32}, 70000 bytes\]/);
    }
  });

  it('is the file as it is, below a line that says why, when it is damaged', () => {
    const content = contentOf('{"reel":1,"na\nnonsense\n');
    let failure: unknown;
    try {
      for (const line of transcriptLines(content)) expect(line).toBe('never shown');
    } catch (error) {
      failure = error;
    }
    expect([...damagedLines(content, failure)].slice(1)).toEqual(['{"reel":1,"na', 'nonsense']);
    expect([...damagedLines(content, failure)][0]).toMatch(/^! REEL_CASSETTE_DAMAGED: .* Shown as it is\.$/);
  });

  it('never throws, whatever was recorded', () => {
    fc.assert(
      fc.property(fc.array(wildInteraction, { maxLength: 3 }), (interactions) => {
        const { bytes, blobs } = encodeCassette(sampleHeader, interactions);
        const content = { ...contentOf(bytes), readBlob: (hash: string) => blobs.get(hash) };
        expect([...transcriptLines(content)].length).toBeGreaterThan(1);
      }),
      { numRuns: 100 },
    );
  });

  it('never throws on JSON of any shape under the keys of an API', () => {
    const keys = [
      'messages',
      'content',
      'choices',
      'delta',
      'candidates',
      'parts',
      'tool_calls',
      'input',
      'output',
      'message',
      'error',
      'done',
      'system',
      'tools',
      'embedding',
      'data',
      'type',
      'role',
    ];
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom('message', 'text', 'tool_use'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(value, value, (asked, answered) => {
        expect(() => entryOf(1, call(asked, answered))).not.toThrow();
        expect(() =>
          entryOf(
            1,
            stream(asked, [
              ['x', answered],
              ['y', answered],
            ]),
          ),
        ).not.toThrow();
        expect(show(call(asked, answered)).length).toBeGreaterThan(10);
      }),
      { numRuns: 300 },
    );
  });
});

describe('transcripts of real recordings', () => {
  it('have an answer for nearly every call to a language model', (test) => {
    needsRealTraffic(test);
    const calls = (foreignRecordings() ?? [])
      .flatMap(({ interactions }) => interactions)
      .filter(
        ({ request, response }) =>
          request.method === 'POST' &&
          response?.status === 200 &&
          /\/chat\/completions$|\/v1\/messages$|enerateContent|\/v1\/responses$|\/converse/.test(
            URL.parse(request.url)?.pathname ?? '',
          ),
      );
    const unread = calls.filter((interaction) => {
      const { request, answer } = entryOf(1, interaction);
      return (
        request === undefined ||
        answer === undefined ||
        (answer.turns.length === 0 && answer.error === undefined)
      );
    });
    expect(calls.length).toBeGreaterThan(100);
    expect(unread.length / calls.length).toBeLessThan(0.02);
  });
});
