import { Ollama } from 'ollama';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;
let client: Ollama;

beforeAll(async () => {
  sim = await startProviders();
  client = new Ollama({ host: sim.baseUrl('ollama') });
});
afterAll(() => sim.close());

const model = 'llama3.2';
const messages = [{ role: 'user', content: 'Why is the sky blue?' }];

test('the same prompt gets the same words, with other times', async () => {
  const first = await client.chat({ model, messages });
  const second = await client.chat({ model, messages });
  expect(first.message).toEqual(second.message);
  expect(first.eval_count).toBe(second.eval_count);
  expect(first.created_at).not.toEqual(second.created_at);
  expect(first.total_duration).not.toBe(second.total_duration);
});

test('a stream says what the whole answer says, line by line', async () => {
  const whole = await client.chat({ model, messages });
  const parts = await Array.fromAsync(await client.chat({ model, messages, stream: true }));
  expect(parts.map(({ message }) => message.content).join('')).toBe(whole.message.content);
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.at(-1)).toMatchObject({ done: true, done_reason: 'stop', eval_count: whole.eval_count });
});

test('lines are NDJSON in the spelling of Go', async () => {
  const response = await fetch(`${sim.baseUrl('ollama')}/api/chat`, {
    method: 'POST',
    headers: { 'x-sim-text': encodeURIComponent('a <b> & c') },
    body: JSON.stringify({ model, messages }),
  });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).message.content).join('')).toBe('a <b> & c');
  expect(lines.join('')).toContain(String.raw`\u003c`);
});

test('tools, thinking and structured answers', async () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tools = [
    { type: 'function', function: { name: 'get_weather', description: 'Weather in a city', parameters } },
  ];
  const asked = [{ role: 'user', content: 'What is the weather in Lima?' }];
  const first = await client.chat({ model, messages: asked, tools, think: true });
  expect(first.message.thinking).toContain('weather');
  expect(first.message.tool_calls).toMatchObject([
    { function: { name: 'get_weather', arguments: { city: 'Lima' } } },
  ]);
  const last = await client.chat({
    model,
    messages: [...asked, first.message, { role: 'tool', content: 'drizzle' }],
    tools,
  });
  expect(last.message.content).toContain('get_weather says: drizzle');
  const format = { type: 'object', properties: { sunny: { type: 'boolean' } }, required: ['sunny'] };
  const { response } = await client.generate({ model, prompt: 'Sunny?', format });
  expect(JSON.parse(response!)).toEqual({ sunny: true });
});

test('generate streams, embed embeds, and the rest is listed', async () => {
  const parts = await Array.fromAsync(
    await client.generate({ model, prompt: 'Why is the sky blue?', stream: true }),
  );
  expect(parts.map(({ response }) => response).join('')).toContain('sky');
  expect(parts.at(-1)!.context!.length).toBeGreaterThan(1);
  const { embeddings } = await client.embed({ model: 'nomic-embed-text', input: ['one', 'two'] });
  expect(embeddings.map((vector) => vector.length)).toEqual([768, 768]);
  expect((await client.list()).models.map(({ name }) => name)).toContain('llama3.2:latest');
  expect((await client.show({ model })).capabilities).toContain('tools');
  expect((await client.version()).version).toMatch(/^\d+\.\d+/);
});

test('an unknown model and an error in the middle of a stream surface as errors', async () => {
  await expect(client.chat({ model: 'no-such-model', messages })).rejects.toMatchObject({ status_code: 404 });
  sim.script({ errorAfter: 2 });
  const stream = await client.chat({ model, messages, stream: true });
  await expect(Array.fromAsync(stream)).rejects.toThrow(/runner has stopped/);
});
