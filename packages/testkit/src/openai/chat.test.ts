import OpenAI from 'openai';
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;
let client: OpenAI;

beforeAll(async () => {
  sim = await startProviders();
  client = new OpenAI({ apiKey: 'sk-anything', baseURL: sim.baseUrl('openai') });
});
afterAll(() => sim.close());

const question: ChatCompletionMessageParam = { role: 'user', content: 'How do I bake sourdough bread?' };
const model = 'gpt-4o-mini';

function tool(name: string, description: string, properties: Record<string, unknown>): ChatCompletionTool {
  const parameters = { type: 'object', properties, required: Object.keys(properties) };
  return { type: 'function', function: { name, description, parameters } };
}

const tools = [
  tool('get_weather', 'Weather in a city', { city: { type: 'string' } }),
  tool('lookup_order', 'Looks up an order by its id', { order_id: { type: 'string' } }),
  tool('refund_order', 'Refunds an order, after lookup_order', {
    order_id: { type: 'string' },
    amount: { type: 'number' },
  }),
];

test('the same prompt gets the same words under another id', async () => {
  const ask = () => client.chat.completions.create({ model, messages: [question] });
  const [first, second] = [await ask(), await ask()];
  expect(first.choices).toEqual(second.choices);
  expect(first.choices[0]!.message.content).toContain('sourdough');
  expect(first.usage).toEqual(second.usage);
  expect(first.id).toMatch(/^chatcmpl-\w{29}$/);
  expect(first.id).not.toBe(second.id);
  expect(first.model).toBe('gpt-4o-mini-2024-07-18');
});

test('a stream says what the whole answer says, and ends with the usage when asked', async () => {
  const whole = await client.chat.completions.create({ model, messages: [question] });
  const stream = await client.chat.completions.create({
    model,
    messages: [question],
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = await Array.fromAsync(stream);
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
    whole.choices[0]!.message.content,
  );
  expect(chunks.length).toBeGreaterThan(5);
  expect(chunks.at(-1)!.usage).toEqual(whole.usage);
  expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('stop');
});

test('tools the prompt asks for are called at once, with arguments from the prompt', async () => {
  const completion = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'What is the weather in Paris, and where is order A-1042?' }],
    tools,
  });
  const { message, finish_reason } = completion.choices[0]!;
  expect(finish_reason).toBe('tool_calls');
  expect(message.content).toBeNull();
  const calls = message.tool_calls!.map(
    (call) => call.type === 'function' && [call.function.name, call.function.arguments],
  );
  expect(calls).toEqual([
    ['get_weather', '{"city":"Paris"}'],
    ['lookup_order', '{"order_id":"A-1042"}'],
  ]);
});

test('an agent takes several turns: look up, refund, report', async () => {
  const runner = client.chat.completions.runTools({
    model,
    stream: true,
    messages: [{ role: 'user', content: 'Please refund my order A-1042.' }],
    tools: [
      runnable(
        'lookup_order',
        'Looks up an order by its id',
        ['order_id'],
        () => '{"order_id":"A-1042","amount":12.5}',
      ),
      runnable(
        'refund_order',
        'Refunds an order, after lookup_order',
        ['order_id', 'amount'],
        (given) => `refunded ${given}`,
      ),
    ],
  });
  expect(await runner.finalContent()).toContain('refunded {"order_id":"A-1042","amount":12.5}');
  const called = runner.messages.flatMap((message) =>
    'tool_calls' in message ? (message.tool_calls ?? []) : [],
  );
  expect(called.map((call) => call.type === 'function' && call.function.name)).toEqual([
    'lookup_order',
    'refund_order',
  ]);
});

function runnable(name: string, description: string, parameters: string[], run: (given: string) => string) {
  const properties = Object.fromEntries(
    parameters.map((key) => [key, { type: key === 'amount' ? 'number' : 'string' }]),
  );
  return {
    type: 'function' as const,
    function: {
      name,
      description,
      parameters: { type: 'object', properties, required: parameters },
      function: run,
    },
  };
}

test('tool_choice is honoured', async () => {
  const ask = async (tool_choice: 'none' | 'required' | 'auto', content: string) => {
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content }],
      tools,
      tool_choice,
    });
    return completion.choices[0]!.message.tool_calls?.length ?? 0;
  };
  expect(await ask('none', 'Weather in Paris?')).toBe(0);
  expect(await ask('required', 'Tell me a joke')).toBe(1);
  expect(await ask('auto', 'Tell me a joke')).toBe(0);
});

test('a structured answer fits its schema', async () => {
  const schema = {
    type: 'object',
    properties: {
      category: { type: 'string', enum: ['billing', 'shipping'] },
      urgent: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['category', 'urgent', 'tags'],
    additionalProperties: false,
  };
  const completion = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'My shipping is late' }],
    response_format: { type: 'json_schema', json_schema: { name: 'ticket', strict: true, schema } },
  });
  expect(JSON.parse(completion.choices[0]!.message.content!)).toEqual({
    category: 'shipping',
    urgent: true,
    tags: ['shipping', 'late'],
  });
});

test('a 429 with Retry-After is retried by the SDK and then answered', async () => {
  sim.reset();
  sim.fail(429, { retryAfter: 0 });
  const completion = await client.chat.completions.create({ model, messages: [question] });
  expect(completion.choices[0]!.message.content).toContain('sourdough');
  expect(sim.calls).toBe(2);
  expect(sim.requests[1]!.headers['x-stainless-retry-count']).toBe('1');
});

test.each([
  ['no key', { Authorization: null }, OpenAI.AuthenticationError, 401],
  ['an invalid key', { Authorization: 'Bearer sk-invalid-1234567890' }, OpenAI.AuthenticationError, 401],
  ['a scripted 500', { 'x-sim-fail': '500' }, OpenAI.InternalServerError, 500],
  ['a scripted 429', { 'x-sim-fail': '429' }, OpenAI.RateLimitError, 429],
] as const)('%s surfaces as the error class of the SDK', async (_name, headers, ErrorClass, status) => {
  const failing = client.chat.completions.create({ model, messages: [question] }, { headers, maxRetries: 0 });
  const error = await failing.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ErrorClass);
  expect(error).toMatchObject({ status, requestID: expect.stringMatching(/^req_/) });
});

test('an unknown model is a 404 with its code', async () => {
  const failing = client.chat.completions.create({ model: 'no-such-model', messages: [question] });
  await expect(failing).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
});

test('`n` gives alternatives that differ, `max_tokens` and `stop` cut', async () => {
  const several = await client.chat.completions.create({ model, messages: [question], n: 3 });
  expect(new Set(several.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1);
  const short = await client.chat.completions.create({
    model,
    messages: [question],
    max_completion_tokens: 3,
  });
  expect(short.choices[0]!.finish_reason).toBe('length');
  expect(short.usage!.completion_tokens).toBe(3);
  const stopped = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'Say exactly: one two three' }],
    stop: ' two',
  });
  expect(stopped.choices[0]!.message.content).toBe('one');
});

test('log probabilities cover the text token by token', async () => {
  const completion = await client.chat.completions.create({ model, messages: [question], logprobs: true });
  const choice = completion.choices[0]!;
  expect(choice.logprobs!.content!.map(({ token }) => token).join('')).toBe(choice.message.content);
});
