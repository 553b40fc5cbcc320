import Anthropic from '@anthropic-ai/sdk';
import type { MessageParam, Tool } from '@anthropic-ai/sdk/resources';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;
let client: Anthropic;

beforeAll(async () => {
  sim = await startProviders();
  client = new Anthropic({ apiKey: 'sk-ant-anything', baseURL: sim.baseUrl('anthropic') });
});
afterAll(() => sim.close());

const request = { model: 'claude-haiku-4-5', max_tokens: 500 };
const question: MessageParam = { role: 'user', content: 'Why is the sky blue?' };

const tools: Tool[] = [
  {
    name: 'get_weather',
    description: 'Weather in a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  {
    name: 'get_time',
    description: 'Local time in a city',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

test('the same prompt gets the same words under another id', async () => {
  const ask = () => client.messages.create({ ...request, messages: [question] });
  const [first, second] = [await ask(), await ask()];
  expect(first.content).toEqual(second.content);
  expect(first.usage).toEqual(second.usage);
  expect(first.stop_reason).toBe('end_turn');
  expect(first.id).toMatch(/^msg_01\w{22}$/);
  expect(first.id).not.toBe(second.id);
});

test('a stream accumulates to the whole message', async () => {
  const whole = await client.messages.create({ ...request, messages: [question] });
  const stream = client.messages.stream({ ...request, messages: [question] });
  const types: string[] = [];
  stream.on('streamEvent', (event) => types.push(event.type));
  const message = await stream.finalMessage();
  expect(message.content).toEqual(whole.content);
  expect(message.usage).toMatchObject({
    input_tokens: whole.usage.input_tokens,
    output_tokens: whole.usage.output_tokens,
  });
  expect(types.slice(0, 2)).toEqual(['message_start', 'content_block_start']);
  expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
});

test('a tool loop with parallel calls ends in an answer that quotes the results', async () => {
  const messages: MessageParam[] = [
    { role: 'user', content: 'What are the weather and the time in Berlin?' },
  ];
  const first = await client.messages.stream({ ...request, messages, tools }).finalMessage();
  expect(first.stop_reason).toBe('tool_use');
  const uses = first.content.filter((block) => block.type === 'tool_use');
  expect(uses.map(({ name, input }) => ({ name, input }))).toEqual([
    { name: 'get_weather', input: { city: 'Berlin' } },
    { name: 'get_time', input: { city: 'Berlin' } },
  ]);
  expect(uses.every(({ id }) => /^toolu_01\w{22}$/.test(id))).toBe(true);
  const results = uses.map(({ id, name }) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: `${name}: fine`,
  }));
  const last = await client.messages.create({
    ...request,
    tools,
    messages: [
      ...messages,
      { role: 'assistant', content: first.content },
      { role: 'user', content: results },
    ],
  });
  expect(last.stop_reason).toBe('end_turn');
  expect(last.content[0]).toMatchObject({ type: 'text', text: expect.stringContaining('get_time: fine') });
});

test('thinking comes as a signed block before the text', async () => {
  const thinking = { type: 'enabled', budget_tokens: 1024 } as const;
  const message = await client.messages
    .stream({ ...request, max_tokens: 2000, thinking, messages: [question] })
    .finalMessage();
  expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
  expect(message.content[0]).toMatchObject({
    thinking: expect.stringContaining('sky'),
    signature: expect.stringMatching(/==$/),
  });
});

test('a forced tool fills its schema', async () => {
  const message = await client.messages.create({
    ...request,
    messages: [{ role: 'user', content: 'Ship to Ada in London, urgent' }],
    tools: [
      {
        name: 'record',
        input_schema: {
          type: 'object',
          properties: { priority: { type: 'string', enum: ['normal', 'urgent'] }, city: { type: 'string' } },
          required: ['priority', 'city'],
        },
      },
    ],
    tool_choice: { type: 'tool', name: 'record' },
  });
  expect(message.content[0]).toMatchObject({ type: 'tool_use', input: { priority: 'urgent' } });
});

test('tokens are counted as the message then costs', async () => {
  const counted = await client.messages.countTokens({ model: request.model, messages: [question] });
  const message = await client.messages.create({ ...request, messages: [question] });
  expect(counted.input_tokens).toBe(message.usage.input_tokens);
});

test('529 is retried and then surfaces as the error class of the SDK', async () => {
  sim.reset();
  sim.fail(529, { times: 2, retryAfter: 0 });
  await client.messages.create({ ...request, messages: [question] });
  expect(sim.calls).toBe(3);
  sim.fail(529);
  const error = await client.messages
    .create({ ...request, messages: [question] }, { maxRetries: 0 })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Anthropic.InternalServerError);
  expect(error).toMatchObject({ status: 529, error: { type: 'error', error: { type: 'overloaded_error' } } });
});

test('an error inside a 200 stream surfaces as an API error', async () => {
  sim.script({ errorAfter: 4 });
  const failing = client.messages.stream({ ...request, messages: [question] }).finalMessage();
  await expect(failing).rejects.toThrow(/overloaded_error/);
});

test('a wrong key surfaces as the error class of the SDK, no key is a 401 of the same shape', async () => {
  const wrong = new Anthropic({ apiKey: 'sk-ant-invalid', baseURL: sim.baseUrl('anthropic') });
  const failing = wrong.messages.create({ ...request, messages: [question] });
  await expect(failing).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
  const bare = await fetch(`${sim.baseUrl('anthropic')}/v1/messages`, { method: 'POST', body: '{}' });
  expect(bare.status).toBe(401);
  expect(await bare.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
});
