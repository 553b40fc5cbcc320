import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateText, isStepCount, jsonSchema, Output, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../src/index.ts';

let sim: Simulator;

beforeAll(async () => {
  sim = await startProviders();
});
afterAll(() => sim.close());

const openai = () => createOpenAI({ apiKey: 'any', baseURL: sim.baseUrl('openai') });
const anthropic = () => createAnthropic({ apiKey: 'any', baseURL: `${sim.baseUrl('anthropic')}/v1` });
const models = {
  'OpenAI responses': () => openai()('gpt-4o-mini'),
  'OpenAI chat': () => openai().chat('gpt-4o-mini'),
  Anthropic: () => anthropic()('claude-haiku-4-5'),
};

describe.each(Object.entries(models))('the ai package with %s', (_name, model) => {
  const prompt = 'Why is the sky blue?';

  test('streams the words of the whole text', async () => {
    const { text } = await generateText({ model: model(), prompt });
    expect(text).toContain('sky');
    expect((await Array.fromAsync(streamText({ model: model(), prompt }).textStream)).join('')).toBe(text);
  });

  test('runs a tool loop', async () => {
    const weather = tool({
      description: 'Weather in a city',
      inputSchema: jsonSchema<{ city: string }>({
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      }),
      execute: async ({ city }) => `${city}: drizzle`,
    });
    const result = await generateText({
      model: model(),
      prompt: 'What is the weather in Lima and Quito?',
      tools: { weather },
      stopWhen: isStepCount(3),
    });
    expect(result.steps.length).toBe(2);
    expect(result.text).toContain('Lima: drizzle');
    expect(result.text).toContain('Quito: drizzle');
  });

  test('gets a structured answer', async () => {
    const schema = jsonSchema<{ mood: string }>({
      type: 'object',
      properties: { mood: { type: 'string', enum: ['calm', 'angry'] } },
      required: ['mood'],
      additionalProperties: false,
    });
    const { output } = await generateText({
      model: model(),
      prompt: 'An angry letter',
      output: Output.object({ schema }),
    });
    expect(output).toEqual({ mood: 'angry' });
  });
});

test('the ai package embeds', async () => {
  const { embeddings } = await embedMany({
    model: openai().embedding('text-embedding-3-small'),
    values: ['one', 'two'],
  });
  expect(embeddings.map((vector) => vector.length)).toEqual([1536, 1536]);
});
