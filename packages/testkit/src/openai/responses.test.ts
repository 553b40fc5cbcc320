import OpenAI from 'openai';
import type { FunctionTool, ResponseInput } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;
let client: OpenAI;

beforeAll(async () => {
  sim = await startProviders();
  client = new OpenAI({ apiKey: 'sk-anything', baseURL: sim.baseUrl('openai') });
});
afterAll(() => sim.close());

const model = 'gpt-4o-mini';
const input = 'How do I bake sourdough bread?';
const weather: FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'Weather in a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: true,
};

test('typed events come in the order of the real API and add up to the whole response', async () => {
  const whole = await client.responses.create({ model, input });
  const stream = client.responses.stream({ model, input });
  const events: { type: string; sequence_number: number }[] = [];
  stream.on('event', (event) => void events.push(event as (typeof events)[number]));
  const response = await stream.finalResponse();
  expect(response.output_text).toBe(whole.output_text);
  expect(response.usage).toEqual(whole.usage);
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, at) => at));
  expect([...new Set(events.map(({ type }) => type))]).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
});

test('ids of a response and its items share their first half', async () => {
  const response = await client.responses.create({ model, input });
  expect(response.id).toMatch(/^resp_[0-9a-f]{50}$/);
  expect(response.output[0]!.id!.slice(4, 22)).toBe(response.id.slice(5, 23));
});

test('a tool loop goes on from the previous response', async () => {
  const first = await client.responses.create({
    model,
    input: 'Weather in Oslo and Rome?',
    tools: [weather],
  });
  const calls = first.output.filter((item) => item.type === 'function_call');
  expect(calls.map((call) => call.arguments)).toEqual(['{"city":"Oslo"}', '{"city":"Rome"}']);
  const outputs: ResponseInput = calls.map(({ call_id }, at) => ({
    type: 'function_call_output',
    call_id,
    output: `${at} degrees`,
  }));
  const last = await client.responses.create({
    model,
    previous_response_id: first.id,
    input: outputs,
    tools: [weather],
  });
  expect(last.output_text).toContain('get_weather says: 1 degrees');
  expect(last.previous_response_id).toBe(first.id);
});

test('a streamed call gives its arguments piece by piece', async () => {
  const stream = await client.responses.create({
    model,
    input: 'Weather in Oslo?',
    tools: [weather],
    stream: true,
  });
  const events = await Array.fromAsync(stream);
  const pieces = events.flatMap((event) =>
    event.type === 'response.function_call_arguments.delta' ? [event.delta] : [],
  );
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe('{"city":"Oslo"}');
});

test('stored responses can be read and deleted, and are unknown afterwards', async () => {
  const { id, output } = await client.responses.create({ model, input });
  expect((await client.responses.retrieve(id)).output).toEqual(output);
  expect((await client.responses.inputItems.list(id)).data).toMatchObject([{ role: 'user' }]);
  await client.responses.delete(id);
  await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  const orphan = client.responses.create({ model, input, previous_response_id: id });
  await expect(orphan).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
});

test('reasoning comes as an item of its own, summarized when asked', async () => {
  const reasoning = { effort: 'low', summary: 'auto' } as const;
  const response = await client.responses.stream({ model: 'o4-mini', input, reasoning }).finalResponse();
  expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  expect(response.output[0]).toMatchObject({ summary: [{ text: expect.stringContaining('sourdough') }] });
  expect(response.usage!.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
});

test('a response that runs out of tokens is incomplete', async () => {
  const response = await client.responses.create({ model, input, max_output_tokens: 4 });
  expect(response).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
  });
});

test('an error inside a 200 stream surfaces as an API error', async () => {
  sim.script({ errorAfter: 5 });
  const stream = await client.responses.create({ model, input, stream: true });
  await expect(Array.fromAsync(stream)).rejects.toBeInstanceOf(OpenAI.APIError);
});
