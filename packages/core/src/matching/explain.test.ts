import { describe, expect, it } from 'vitest';
import type { Tape } from '../model/tape.ts';
import { explainMiss, type MissExplanation } from './explain.ts';
import { createKeyOf } from './index.ts';
import type { MatchOptions, MatchRequest } from './matcher.ts';

const openai = 'https://api.openai.com/v1/chat/completions';
const responses = 'https://api.openai.com/v1/responses';
const anthropic = 'https://api.anthropic.com/v1/messages';
const gemini = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:generateContent';
const ollama = 'http://localhost:11434/api/chat';

const json: [string, string][] = [['content-type', 'application/json']];

function post(url: string, body: unknown): MatchRequest {
  return { method: 'POST', url, headers: json, body: Buffer.from(JSON.stringify(body)) };
}

function tapeOf(...requests: readonly MatchRequest[]): Tape {
  return {
    requestAt: (index) => requests[index],
    interactionAt() {
      throw new Error('an explanation needs no response');
    },
  };
}

interface Extras {
  match?: MatchOptions;
  exhausted?: number;
  isUsed?: (index: number) => boolean;
  redactText?: (text: string) => string;
  color?: boolean;
}

function explain(
  tape: readonly MatchRequest[],
  incoming: MatchRequest,
  extras: Extras = {},
): MissExplanation {
  return explainMiss({ incoming, tape: tapeOf(...tape), redactText: (text) => text, ...extras });
}

function partsOf({ nearest }: MissExplanation): string[] {
  return nearest!.differences.map(({ part }) => part);
}

/** What differs between two bodies of one URL, as `kind part`. */
function parts(url: string, recorded: unknown, incoming: unknown): string[] {
  const { nearest } = explain([post(url, recorded)], post(url, incoming));
  return nearest!.differences.map(({ kind, part }) => `${kind} ${part}`);
}

function tool(name: string, description = `Looks up the ${name}`, type = 'string') {
  return {
    type: 'function',
    function: {
      name,
      description,
      parameters: { type: 'object', properties: { city: { type } }, required: ['city'] },
    },
  };
}

const system = {
  role: 'system',
  content: 'You are a travel guide. Answer in one paragraph, and never invent a place.',
};
const question = {
  role: 'user',
  content: 'Which museums in Paris are open on a Monday, and what do they cost?',
};
const chat = {
  model: 'gpt-4o-mini',
  temperature: 0.2,
  messages: [system, question],
  tools: [tool('weather'), tool('hours')],
};
const toolTurn = [
  ...chat.messages,
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'hours', arguments: '{"city":"Paris"}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'Louvre: open until six, 22 euros' },
];

describe('a miss of an OpenAI chat completion', () => {
  it('shows the one word of a prompt that changed', () => {
    const asked = { ...question, content: question.content.replace('Paris', 'Lyon') };
    const miss = explain([post(openai, chat)], post(openai, { ...chat, messages: [system, asked] }));
    expect(miss.summary).toBe('differs from recording 1 in messages[1] (user)');
    expect(miss.text).toBe(
      [
        'nearest is recording 1 of 1 (- on tape, + sent now):',
        '  ~ messages[1] (user):',
        '      Which museums in [-Paris-]{+Lyon+} are open on a Monday, and what do they cost?',
      ].join('\n'),
    );
    expect(miss.nearest).toMatchObject({
      index: 0,
      differences: [{ kind: 'changed', part: 'messages[1] (user)', path: '$.messages[1].content' }],
    });
    expect(miss.suggestion).toBeUndefined();
  });

  it('names parameters, the model and the stream flag', () => {
    expect(
      parts(openai, chat, { ...chat, temperature: 0.7, model: 'gpt-4o', stream: true, seed: 1 }),
    ).toEqual(['changed model', 'added stream flag', 'changed temperature', 'added seed']);
    const { text } = explain([post(openai, chat)], post(openai, { ...chat, temperature: 0.7 }));
    expect(text).toContain('  ~ temperature: 0.2 on tape, 0.7 now');
  });

  it('names tools that came, went or changed, down to the place in the schema', () => {
    const changed = {
      ...chat,
      tools: [tool('weather', 'Looks up tomorrow'), tool('hours', undefined, 'number'), tool('news')],
    };
    expect(parts(openai, chat, changed)).toEqual([
      'changed tool "weather", description',
      'changed tool "hours", schema at properties.city.type',
      'added tool "news"',
    ]);
    expect(parts(openai, chat, { ...chat, tools: [tool('hours')] })).toEqual(['removed tool "weather"']);
    expect(parts(openai, chat, { ...chat, tools: [tool('hours'), tool('weather')] })).toEqual([
      'moved tool "weather"',
    ]);
  });

  it('names the system prompt as such', () => {
    const guide = { role: 'system', content: system.content.replace('guide', 'critic') };
    expect(parts(openai, chat, { ...chat, messages: [guide, question] })).toEqual([
      'changed system prompt (messages[0])',
    ]);
  });

  it('sees one more message at the end as one more message', () => {
    const more = [...toolTurn, { role: 'user', content: 'And on Tuesdays?' }];
    const { nearest, text } = explain(
      [post(openai, { ...chat, messages: toolTurn })],
      post(openai, { ...chat, messages: more }),
    );
    expect(nearest!.differences).toMatchObject([
      { kind: 'added', part: 'messages[4] (user)', incoming: '"And on Tuesdays?"' },
    ]);
    expect(text).toContain('  + messages[4] (user): "And on Tuesdays?" (not on tape)');
  });

  it('sees a message that moved as moved, not as two changes', () => {
    const [first, second, ...rest] = toolTurn;
    expect(
      parts(openai, { ...chat, messages: toolTurn }, { ...chat, messages: [second, first, ...rest] }),
    ).toEqual(['moved system prompt (messages[1])']);
  });

  it('names tool calls and tool results', () => {
    const other = structuredClone(toolTurn) as {
      content: unknown;
      tool_calls?: { function: { arguments: string } }[];
    }[];
    other[2]!.tool_calls![0]!.function.arguments = '{"city":"Lyon"}';
    other[3]!.content = 'Louvre: open until nine, 22 euros';
    expect(parts(openai, { ...chat, messages: toolTurn }, { ...chat, messages: other })).toEqual([
      'changed messages[2] (assistant), tool call "hours", arguments',
      'changed messages[3] (tool result)',
    ]);
  });
});

describe('a miss of other APIs', () => {
  it('speaks of the input items of OpenAI Responses', () => {
    const body = {
      model: 'gpt-5',
      instructions: 'Answer in French.',
      input: [
        { role: 'user', content: 'Find me a hotel.' },
        { type: 'function_call', call_id: 'c1', name: 'search', arguments: '{"stars":3}' },
        { type: 'function_call_output', call_id: 'c1', output: 'Hotel du Nord has rooms' },
      ],
      text: {
        format: {
          type: 'json_schema',
          name: 'answer',
          schema: { type: 'object', properties: { a: { type: 'string' } } },
        },
      },
      reasoning: { effort: 'low' },
    };
    const other = structuredClone(body);
    other.instructions = 'Answer in German.';
    other.input[1]!.arguments = '{"stars":4}';
    other.input[2]!.output = 'Hotel du Sud has rooms';
    other.text.format.schema.properties.a.type = 'number';
    other.reasoning.effort = 'high';
    expect(parts(responses, body, other).toSorted()).toEqual([
      'changed input[1] (tool call "search"), arguments',
      'changed input[2] (tool result)',
      'changed reasoning.effort',
      'changed response format, schema at properties.a.type',
      'changed system prompt',
    ]);
    expect(parts(responses, { input: 'one' }, { input: 'two' })).toEqual(['changed input']);
  });

  it('speaks of the content blocks of Anthropic', () => {
    const body = {
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      system: [{ type: 'text', text: 'You describe pictures.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            {
              type: 'image',
              source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo'.repeat(40) },
            },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'zoom', input: { factor: 1 } }],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a cat on a mat' }],
        },
      ],
      tools: [
        {
          name: 'zoom',
          description: 'Zooms in',
          input_schema: { type: 'object', properties: { factor: { type: 'number' } } },
        },
      ],
    };
    const other = structuredClone(body) as typeof body & Record<string, any>;
    other.system[0]!.text = 'You describe paintings.';
    (other.messages as any)[0].content[1].source.data = 'iVBORw0KGgp'.repeat(40);
    (other.messages as any)[1].content[0].input.factor = 2;
    (other.messages as any)[2].content[0].content = 'a dog on a mat';
    other.tools[0]!.input_schema.properties.factor.type = 'integer';
    expect(parts(anthropic, body, other)).toEqual([
      'changed system prompt',
      'changed messages[0] (user), part 2 (image)',
      'changed messages[1] (assistant), tool call "zoom", input.factor',
      'changed messages[2] (user), tool result',
      'changed tool "zoom", schema at properties.factor.type',
    ]);
    const { text } = explain([post(anthropic, body)], post(anthropic, other));
    expect(text).not.toContain('iVBORw0KGgo');
    expect(text).toMatch(/part 2 \(image\): <encoded data, 440 characters, sha256 \w{12}> on tape/);
  });

  it('speaks of the contents of Gemini, and of the model in its URL', () => {
    const body = {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'How far is the moon?' }] },
        { role: 'model', parts: [{ functionCall: { name: 'distance', args: { to: 'moon' } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'distance', response: { km: 384_400 } } }] },
      ],
      generationConfig: { temperature: 0.1 },
      tools: [{ functionDeclarations: [{ name: 'distance', parameters: { type: 'OBJECT' } }] }],
    };
    const other = structuredClone(body);
    other.systemInstruction.parts[0]!.text = 'Be exact.';
    other.contents[0]!.parts[0] = { text: 'How far is the sun?' };
    other.contents[1]!.parts[0] = { functionCall: { name: 'distance', args: { to: 'sun' } } };
    other.contents[2]!.parts[0] = { functionResponse: { name: 'distance', response: { km: 149_600_000 } } };
    other.generationConfig.temperature = 0.9;
    other.tools[0]!.functionDeclarations.push({ name: 'weight', parameters: { type: 'OBJECT' } });
    const stream = gemini.replace('2.0', '2.5').replace('generateContent', 'streamGenerateContent');
    const { nearest } = explain([post(gemini, body)], post(`${stream}?alt=sse`, other));
    expect(nearest!.differences.map(({ kind, part }) => `${kind} ${part}`)).toEqual([
      'added query parameter alt',
      'changed model (in the URL path)',
      'changed action (in the URL path)',
      'changed temperature (generationConfig)',
      'changed system prompt',
      'changed contents[0] (user)',
      'changed contents[1] (model), tool call "distance", args.to',
      'changed contents[2] (user), tool result of "distance", response.km',
      'added tool "weight"',
    ]);
  });

  it('speaks of the options of Ollama', () => {
    const body = { model: 'llama3.2', messages: [question], options: { temperature: 0 }, stream: false };
    expect(parts(ollama, body, { ...body, options: { temperature: 1 }, stream: true })).toEqual([
      'changed stream flag',
      'changed temperature (options)',
    ]);
  });

  it('says so when only the host or the method is another', () => {
    const elsewhere = { ...post(openai.replace('api.openai.com', 'gateway.example'), chat) };
    expect(explain([post(openai, chat)], elsewhere).nearest!.differences).toMatchObject([
      { part: 'host', recorded: '"api.openai.com"', incoming: '"gateway.example"' },
    ]);
    expect(
      explain([post(openai, chat)], { ...post(openai, chat), method: 'PUT' }).nearest!.differences,
    ).toMatchObject([{ part: 'method' }]);
  });

  it('finds the recording of the same resource under another id', () => {
    const run = (id: string): MatchRequest => ({
      method: 'GET',
      url: `https://api.openai.com/v1/threads/${id}/runs`,
      headers: [],
      body: new Uint8Array(0),
    });
    expect(explain([run('thread_a')], run('thread_b')).nearest!.differences).toMatchObject([
      { part: 'URL path' },
    ]);
  });
});

describe('a miss of something that is not JSON', () => {
  const form = (fields: Record<string, string>): MatchRequest => ({
    ...post(openai, ''),
    headers: [['content-type', 'application/x-www-form-urlencoded']],
    body: Buffer.from(new URLSearchParams(fields).toString()),
  });
  const upload = (filename: string, content: Uint8Array, prompt = 'names'): MatchRequest => ({
    ...post('https://api.openai.com/v1/audio/transcriptions', ''),
    headers: [['content-type', 'multipart/form-data; boundary=b']],
    body: Buffer.concat([
      Buffer.from(`--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\n${prompt}\r\n`),
      Buffer.from(`--b\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\n\r\n`),
      content,
      Buffer.from('\r\n--b--\r\n'),
    ]),
  });
  const different = (recorded: MatchRequest, incoming: MatchRequest) => {
    const { nearest } = explain([recorded], incoming);
    return nearest!.differences.map(({ lines }) => lines.join(' | '));
  };

  it('names form fields', () => {
    expect(different(form({ a: '1', b: '2' }), form({ a: '1', b: '3', c: '4' }))).toEqual([
      '~ form field b: "2" on tape, "3" now',
      '+ form field c: "4" (not on tape)',
    ]);
  });

  it('names fields and files of multipart forms, their names and their content', () => {
    const bytes = Uint8Array.of(0xff, 0, 1);
    expect(different(upload('a.wav', bytes), upload('b.wav', bytes, 'places'))).toEqual([
      '~ file "b.wav" (form field file), name of the file: "a.wav" on tape, "b.wav" now',
      '~ form field prompt: "names" on tape, "places" now',
    ]);
    const [line] = different(upload('a.wav', bytes), upload('a.wav', Uint8Array.of(0xff, 0, 1, 2)));
    expect(line).toMatch(
      /^~ file "a\.wav" \(form field file\), content: 3 bytes \(sha256 \w{12}\) on tape, 4 bytes \(sha256 \w{12}\) now$/,
    );
  });

  it('names query parameters', () => {
    const get = (query: string): MatchRequest => ({
      ...post(`https://h/v1/files?${query}`, ''),
      method: 'GET',
      body: new Uint8Array(0),
    });
    expect(different(get('limit=10&after=x'), get('limit=20&order=asc')).toSorted()).toEqual([
      '+ query parameter order: "asc" (not on tape)',
      '- query parameter after: "x" (not sent now)',
      '~ query parameter limit: "10" on tape, "20" now',
    ]);
  });

  it('names the size and hash of bytes', () => {
    const binary = (...bytes: number[]): MatchRequest => ({
      ...post(openai, ''),
      headers: [],
      body: Uint8Array.of(...bytes),
    });
    expect(different(binary(0xff, 1), binary(0xff, 1, 2)).join('')).toMatch(
      /^~ body: 2 bytes \(sha256 \w{12}\) on tape, 3 bytes/,
    );
  });

  it('names lines of NDJSON', () => {
    const lines = (...values: unknown[]): MatchRequest => ({
      ...post(openai, ''),
      headers: [['content-type', 'application/x-ndjson']],
      body: Buffer.from(values.map((value) => JSON.stringify(value)).join('\n')),
    });
    expect(different(lines({ a: 1 }, { b: 1 }), lines({ a: 1 }, { x: 1 }, { b: 1 })).join('')).toContain(
      '+ line 2',
    );
  });

  it('shows differences that parsing would level out', () => {
    const raw = (text: string): MatchRequest => ({ ...post(openai, ''), body: Buffer.from(text) });
    expect(different(raw('{"id":12345678901234567890}'), raw('{"id":12345678901234567891}'))).toHaveLength(1);
  });

  it('says when a body is of another kind', () => {
    expect(different(form({ a: '1' }), post(openai, { a: 1 }))).toEqual([
      '~ body: a form on tape, "{\\"a\\":1}" now',
    ]);
  });
});

describe('a miss with nothing near', () => {
  it('says how often an exhausted request was recorded, and what repeat does', () => {
    const miss = explain([post(openai, chat), post(openai, chat)], post(openai, chat), {
      exhausted: 2,
      isUsed: () => true,
    });
    expect(miss.summary).toBe('this request was recorded 2 times, and this is call 3');
    expect(miss.text).toContain("match: { repeat: 'last' }");
    expect(miss.nearest).toMatchObject({ similarity: 1, differences: [] });
    expect(explain([post(openai, chat)], post(openai, chat), { exhausted: 1 }).summary).toBe(
      'this request was recorded once, and this is call 2',
    );
  });

  it('says that the cassette is empty', () => {
    expect(explain([], post(openai, chat))).toEqual({
      summary: 'the cassette has no recordings',
      text: 'the cassette has no recordings',
    });
  });

  it('lists what the cassette has when it has no call to this endpoint', () => {
    const miss = explain(
      [post(openai, chat), post(anthropic, chat), post(openai, chat)],
      post('https://api.openai.com/v1/embeddings', { input: 'x' }),
    );
    expect(miss.nearest).toBeUndefined();
    expect(miss.text).toBe(
      [
        'the cassette has no call to POST api.openai.com/v1/embeddings; it has:',
        '  2 x POST api.openai.com/v1/chat/completions',
        '  1 x POST api.anthropic.com/v1/messages',
      ].join('\n'),
    );
  });
});

describe('the choice of the nearest recording', () => {
  const ask = (content: string): MatchRequest =>
    post(openai, { ...chat, messages: [system, { role: 'user', content }] });

  it('is the one that differs least, wherever it is', () => {
    const tape = Array.from({ length: 300 }, (_, i) =>
      ask(`Tell me about city number ${i}, its ${i * 7} sights and its food.`),
    );
    const miss = explain(tape, ask('Tell me about city number 241, its 1687 sights and its wine.'));
    expect(miss.nearest!.index).toBe(241);
    expect(miss.text).toContain('nearest is recording 242 of 300');
    expect(miss.text).toContain('its [-food-]{+wine+}');
  });

  it('is rather one that was not used yet', () => {
    const tape = [ask('Name one bird of prey.'), ask('Name one bird of prey.')];
    expect(
      explain(tape, ask('Name one bird of song.'), { isUsed: (index) => index === 0 }).nearest!.index,
    ).toBe(1);
    expect(explain(tape.slice(0, 1), ask('Name one bird of song.'), { isUsed: () => true }).text).toContain(
      'already used',
    );
  });

  it('does not count what is ignored or masked', () => {
    const trace = (id: string, content: string): MatchRequest =>
      post(openai, { ...chat, metadata: { trace: id }, messages: [system, { role: 'user', content }] });
    const miss = explain([trace('a', 'Hello there, my friend')], trace('b', 'Hello there, my foe'), {
      match: { ignore: ['metadata.trace'] },
    });
    expect(miss.nearest!.differences.map(({ part }) => part)).toEqual(['messages[1] (user)']);
  });

  it('is found under masked ids in its URL, and under any URL when that does not count', () => {
    const [one, two] = ['1b4e28ba-2fa1-41d2-883f-0016d3cca427', '6f9619ff-8b86-4011-b42d-00c04fc964ff'];
    const run = (id: string, content: string): MatchRequest =>
      post(`https://h/v1/runs/${id}/steps/${id}/go`, { input: content });
    const options = { match: { mask: ['uuid'] } } as const;
    expect(partsOf(explain([run(one, 'a')], run(two, 'b'), options))).toEqual(['input']);
    const anywhere = { match: { by: ['body'] } } as const;
    expect(
      partsOf(
        explain([post('https://a/x', { input: 'a' })], post('https://b/y/z', { input: 'b' }), anywhere),
      ),
    ).toEqual(['input']);
  });

  it('may have another model in its URL, when it is nearer than one with the same', () => {
    const ask = (url: string, text: string): MatchRequest =>
      post(url, { contents: [{ role: 'user', parts: [{ text }] }] });
    const tape = [
      ask(gemini, 'Describe the city of Rome'),
      ask(gemini.replace('2.0', '2.5'), 'Write a poem about the sea'),
    ];
    const miss = explain(tape, ask(gemini, 'Write a poem about the sea'));
    expect(miss.summary).toBe('differs from recording 2 in model (in the URL path)');
  });

  it('tells why a custom matcher said no', () => {
    const custom = [
      function sameTenant() {
        return 'the tenants differ';
      },
      () => true,
    ];
    const miss = explain([ask('Hello')], ask('Hello'), { match: { custom } });
    expect(miss.nearest!.differences).toMatchObject([
      { part: 'custom matcher sameTenant', incoming: '"the tenants differ"' },
    ]);
  });
});

describe('a suggestion', () => {
  const ask = (content: string, more: object = {}): MatchRequest =>
    post(openai, { ...chat, messages: [system, { role: 'user', content }], ...more });
  const [one, two] = ['1b4e28ba-2fa1-41d2-883f-0016d3cca427', '6f9619ff-8b86-4011-b42d-00c04fc964ff'];

  it.each<[string, string, string]>([
    ['Today is 2026-11-20. What is on?', 'Today is 2027-01-02. What is on?', "mask: ['iso-date']"],
    [`Continue run ${one} please`, `Continue run ${two} please`, "mask: ['uuid']"],
    ['Read /tmp/run-aaa/in.txt now', 'Read /tmp/run-bbb/in.txt now', "mask: ['temp-path']"],
    ['Call http://localhost:40001/x now', 'Call http://localhost:40999/x now', "mask: ['port']"],
    [`At 2026-11-20 for ${one}`, `At 2026-11-21 for ${two}`, "mask: ['uuid', 'iso-date']"],
  ])('is made for %j', (recorded, incoming, rule) => {
    const miss = explain([ask(recorded)], ask(incoming));
    expect(miss.suggestion).toContain(rule);
    expect(miss.text).toContain(`hint: ${miss.suggestion}`);
    // It says nothing that is not so: with the rule the two are equal.
    const mask = [...rule.matchAll(/'([^']+)'/g)].map(([, name]) => name as 'uuid');
    const keyOf = createKeyOf({ mask });
    expect(keyOf(ask(recorded))).toBe(keyOf(ask(incoming)));
  });

  it('is to ignore a field that holds nothing else', () => {
    expect(
      explain([ask('a', { metadata: { trace: one } })], ask('a', { metadata: { trace: two } })).suggestion,
    ).toContain("ignore: ['metadata.trace']");
    expect(
      explain([ask('a', { sent: 1_732_100_000 })], ask('a', { sent: 1_732_100_999 })).suggestion,
    ).toContain("ignore: ['sent']");
    const get = (query: string): MatchRequest => ({
      ...post(`https://h/v1/x?${query}`, ''),
      method: 'GET',
      body: new Uint8Array(0),
    });
    expect(explain([get(`t=${one}`)], get(`t=${two}`)).suggestion).toContain("ignore: ['?t']");
  });

  it('is not made when something else differs too, or one id became two', () => {
    expect(explain([ask(`Run ${one} twice`)], ask(`Run ${two} thrice`)).suggestion).toBeUndefined();
    expect(explain([ask(`${one} ${one}`)], ask(`${one} ${two}`)).suggestion).toBeUndefined();
    expect(
      explain([ask('Today is 2026-11-20', { model: 'a' })], ask('Today is 2026-11-21', { model: 'b' }))
        .suggestion,
    ).toBeUndefined();
  });

  it('adds to the rules there are', () => {
    const match: MatchOptions = { mask: ['uuid'], ignore: ['seed'] };
    const miss = explain(
      [ask(`${one} at 2026-11-20`, { seed: 1 })],
      ask(`${two} at 2026-11-21`, { seed: 2 }),
      { match },
    );
    expect(miss.suggestion).toContain("mask: ['iso-date']");
  });
});

describe('an explanation', () => {
  it('shows nothing that the redactor hides, in no part of it', () => {
    const secret = 'sk-live-abcdefghijklmnop';
    const body = (word: string) => ({
      ...chat,
      user: `${secret} ${word}`,
      [secret]: word,
      messages: [system, { role: 'user', content: `My key is ${secret}, use it ${word}` }],
      tools: [tool(`${secret} ${word}`)],
    });
    const redactText = (text: string): string => text.replaceAll(secret, '[redacted]');
    const miss = explain(
      [post(`${openai}?key=${secret}a`, body('wisely'))],
      post(`${openai}?key=${secret}b`, body('badly')),
      { redactText },
    );
    expect(JSON.stringify(miss)).not.toContain(secret);
    expect(miss.text).toContain('My key is [redacted], use it [-wisely-]{+badly+}');
    const elsewhere = explain([post(`https://h/${secret}/a`, {})], post(`https://h/${secret}/b/c`, {}), {
      redactText,
    });
    expect(JSON.stringify(elsewhere)).not.toContain(secret);
  });

  it('is in colors only when asked', () => {
    const other = post(openai, { ...chat, model: 'gpt-4o', seed: 1 });
    expect(explain([post(openai, chat)], other).text).not.toContain('\u001B');
    expect(explain([post(openai, chat)], other, { color: true }).text).toContain('\u001B[32m');
  });

  it('reads well with characters of every script', () => {
    const say = (content: string): MatchRequest => post(openai, { messages: [{ role: 'user', content }] });
    expect(explain([say('翻译这句话：你好世界 😀')], say('翻译这句话：你好地球 😁')).text).toContain(
      '[-世界 😀-]{+地球 😁+}',
    );
  });

  it('takes a bounded time for bodies of a megabyte and tapes of thousands', () => {
    const long = (change: (text: string, i: number) => string): MatchRequest => {
      const messages = Array.from({ length: 200 }, (_, i) => ({
        role: i % 2 === 0 ? 'user' : 'assistant',
        content: change(`message ${i} `.repeat(20) + 'lorem ipsum dolor sit amet '.repeat(190), i),
      }));
      return post(openai, { ...chat, messages });
    };
    const recorded = long((text) => text);
    expect(recorded.body.byteLength).toBeGreaterThan(1_000_000);
    const close = explain(
      [recorded, recorded, recorded],
      long((text, i) => (i === 100 ? text.replace('dolor', 'color') : text)),
    );
    expect(close.nearest!.differences.map(({ part }) => part)).toEqual(['messages[100] (user)']);
    const far = explain(
      [recorded],
      long((_, i) => `${i} other words `.repeat(400)),
    );
    expect(far.text).toContain('nothing on tape is close to it');
    expect(far.text.length).toBeLessThan(20_000);

    let reads = 0;
    const request = post(openai, chat);
    const endless: Tape = { ...tapeOf(), requestAt: () => (reads++, request) };
    const miss = explainMiss({
      incoming: post(openai, { ...chat, seed: 1 }),
      tape: endless,
      redactText: (text) => text,
    });
    expect(miss.text).toContain('among the first 20000');
    expect(reads).toBeLessThan(21_000);
  });
});
