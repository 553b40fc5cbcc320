import OpenAI, { AzureOpenAI } from 'openai';
import type { ChatCompletionTool } from 'openai/resources';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProviders, type ProviderId, type Simulator } from '../index.ts';

let sim: Simulator;

beforeAll(async () => {
  sim = await startProviders();
});
afterAll(() => sim.close());

const messages = [{ role: 'user' as const, content: 'What is the weather in Lima and Quito?' }];
const weather: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const providers = [
  'mistral',
  'groq',
  'deepseek',
  'xai',
  'openrouter',
  'together',
  'fireworks',
  'perplexity',
  'cohere',
] as const satisfies ProviderId[];

describe.each(providers)('%s', (provider) => {
  const client = () => new OpenAI({ apiKey: 'any', baseURL: sim.baseUrl(provider), maxRetries: 0 });
  const model = 'some-model';

  test('streams the words of the whole answer, and its usage', async () => {
    const whole = await client().chat.completions.create({ model, messages });
    const stream = await client().chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    const said = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(said).toBe(whole.choices[0]!.message.content);
    const total = chunks.map((chunk) => chunk.usage?.total_tokens).filter((tokens) => tokens !== undefined);
    expect(total).toEqual([whole.usage!.total_tokens]);
    expect(chunks.every(({ id }) => id === chunks[0]!.id)).toBe(true);
  });

  test('calls tools in parallel, streamed and not', async () => {
    const expected = [
      ['get_weather', '{"city":"Lima"}'],
      ['get_weather', '{"city":"Quito"}'],
    ];
    const whole = await client().chat.completions.create({ model, messages, tools: [weather] });
    expect(functions(whole.choices[0]!.message.tool_calls)).toEqual(expected);
    const final = await client()
      .chat.completions.stream({ model, messages, tools: [weather] })
      .finalMessage();
    expect(functions(final.tool_calls)).toEqual(expected);
  });

  test('refuses a request without a key', async () => {
    const response = await fetch(`${sim.baseUrl(provider)}/chat/completions`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
    await response.body?.cancel();
  });
});

function functions(calls: readonly OpenAI.ChatCompletionMessageToolCall[] | undefined): unknown {
  return calls?.map((call) => call.type === 'function' && [call.function.name, call.function.arguments]);
}

async function raw(provider: ProviderId, stream: boolean): Promise<string> {
  const response = await fetch(`${sim.baseUrl(provider)}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer any' },
    body: JSON.stringify({ model: 'some-model', messages, stream }),
  });
  return response.text();
}

test('OpenRouter keeps the connection alive with comments, and pads its JSON', async () => {
  expect(await raw('openrouter', true)).toMatch(/^: OPENROUTER PROCESSING\n\n/);
  expect(await raw('openrouter', false)).toMatch(/^\s+\{/);
});

test('Perplexity breaks lines with CRLF and does not say [DONE]; the others do', async () => {
  const body = await raw('perplexity', true);
  expect(body).toMatch(/\r\n\r\n$/);
  expect(body).not.toContain('[DONE]');
  expect(await raw('groq', true)).toMatch(/data: \[DONE\]\n\n$/);
});

test('Mistral pads each event with a run of the alphabet', async () => {
  expect(await raw('mistral', true)).toMatch(/"p":"abc?/);
});

test('Cohere answers /v2/chat with events of its own', async () => {
  const ask = async (stream: boolean) =>
    fetch(`${sim.url}/cohere/v2/chat`, {
      method: 'POST',
      headers: { authorization: 'Bearer any' },
      body: JSON.stringify({ model: 'command-a-03-2025', messages, stream }),
    });
  const whole = (await (await ask(false)).json()) as { message: { content: { text: string }[] } };
  const events = (await (await ask(true)).text()).trimEnd().split('\n\n');
  expect(events[0]).toMatch(/^event: message-start\n/);
  expect(events.at(-1)).toBe('data: [DONE]');
  const deltas = events.filter((event) => event.startsWith('event: content-delta'));
  const said = deltas
    .map((event) => JSON.parse(event.split('data: ')[1]!).delta.message.content.text)
    .join('');
  expect(said).toBe(whole.message.content[0]!.text);
});

describe('azure-openai', () => {
  const client = (deployment: string) =>
    new AzureOpenAI({
      apiKey: 'any',
      endpoint: sim.baseUrl('azure-openai'),
      apiVersion: '2024-10-21',
      deployment,
      maxRetries: 0,
    });

  test('answers by deployment, with the verdicts of its filters', async () => {
    const whole = await client('gpt-4o').chat.completions.create({ model: 'ignored', messages });
    expect(whole).toMatchObject({ model: 'gpt-4o-2024-08-06', prompt_filter_results: [{ prompt_index: 0 }] });
    const stream = await client('gpt-4o').chat.completions.create({
      model: 'ignored',
      messages,
      stream: true,
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks[0]).toMatchObject({ id: '', choices: [] });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]!.message.content,
    );
    const { data } = await client('text-embedding-3-small').embeddings.create({
      model: 'ignored',
      input: 'text',
    });
    expect(data[0]!.embedding.length).toBe(1536);
  });

  test('serves the v1 paths and refuses a wrong key', async () => {
    const v1 = new OpenAI({ apiKey: 'any', baseURL: `${sim.baseUrl('azure-openai')}/openai/v1` });
    expect((await v1.responses.create({ model: 'gpt-4o', input: 'Say exactly: fine' })).output_text).toBe(
      'fine',
    );
    const wrong = new AzureOpenAI({
      apiKey: 'invalid',
      endpoint: sim.baseUrl('azure-openai'),
      apiVersion: '2024-10-21',
    });
    await expect(wrong.chat.completions.create({ model: 'gpt-4o', messages })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
  });
});
