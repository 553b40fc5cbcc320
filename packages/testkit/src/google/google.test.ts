import { ApiError, GoogleGenAI, Type, type Content } from '@google/genai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;
let client: GoogleGenAI;

beforeAll(async () => {
  sim = await startProviders();
  client = new GoogleGenAI({ apiKey: 'any-key', httpOptions: { baseUrl: sim.baseUrl('google') } });
});
afterAll(() => sim.close());

const model = 'gemini-2.5-flash';
const contents = 'Why is the sky blue in the morning and red in the evening, and what about the night?';

test('the same prompt gets the same words under another response id', async () => {
  const ask = () => client.models.generateContent({ model, contents });
  const [first, second] = [await ask(), await ask()];
  expect(first.text).toBe(second.text);
  expect(first.text).toContain('sky');
  expect(first.usageMetadata).toEqual(second.usageMetadata);
  expect(first.responseId).not.toBe(second.responseId);
});

test('a stream says what the whole answer says', async () => {
  const whole = await client.models.generateContent({ model, contents });
  const chunks = await Array.fromAsync(await client.models.generateContentStream({ model, contents }));
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.map(({ text }) => text).join('')).toBe(whole.text);
  expect(chunks.at(-1)!.candidates![0]!.finishReason).toBe('STOP');
});

test('events are framed with CRLF and nothing marks the end; without alt=sse the body is one JSON array', async () => {
  const post = async (query: string) => {
    const response = await fetch(
      `${sim.baseUrl('google')}/v1beta/models/${model}:streamGenerateContent${query}`,
      {
        method: 'POST',
        headers: { 'x-goog-api-key': 'any' },
        body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: contents }] }] }),
      },
    );
    return response.text();
  };
  const events = await post('?alt=sse');
  expect(
    events
      .split('\r\n\r\n')
      .filter(Boolean)
      .every((event) => event.startsWith('data: {"candidates": [')),
  ).toBe(true);
  expect(events.endsWith('\r\n\r\n')).toBe(true);
  const elements = JSON.parse(await post('')) as unknown[];
  expect(elements.length).toBe(events.split('\r\n\r\n').length - 1);
});

test('a function is called with arguments from the prompt, and its result is quoted', async () => {
  const parameters = { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] };
  const tools = [
    { functionDeclarations: [{ name: 'getWeather', description: 'Weather in a city', parameters }] },
  ];
  const ask: Content = { role: 'user', parts: [{ text: 'What is the weather in Vienna?' }] };
  const first = await client.models.generateContent({ model, contents: [ask], config: { tools } });
  expect(first.functionCalls).toMatchObject([{ name: 'getWeather', args: { city: 'Vienna' } }]);
  const result: Content = {
    role: 'user',
    parts: [{ functionResponse: { name: 'getWeather', response: { output: '7 °C' } } }],
  };
  const turns = [ask, first.candidates![0]!.content!, result];
  const last = await client.models.generateContent({ model, contents: turns, config: { tools } });
  expect(last.text).toContain('7 °C');
});

test('a structured answer fits its schema', async () => {
  const responseSchema = {
    type: Type.OBJECT,
    properties: { mood: { type: Type.STRING, enum: ['calm', 'angry'] }, score: { type: Type.INTEGER } },
    required: ['mood', 'score'],
  };
  const config = { responseMimeType: 'application/json', responseSchema };
  const { text } = await client.models.generateContent({
    model,
    contents: 'An angry letter, 8 of 10',
    config,
  });
  expect(JSON.parse(text!)).toEqual({ mood: 'angry', score: 8 });
});

test('thoughts come as parts of their own', async () => {
  const config = { thinkingConfig: { includeThoughts: true } };
  const { candidates, usageMetadata } = await client.models.generateContent({ model, contents, config });
  expect(candidates![0]!.content!.parts!.map(({ thought }) => thought ?? false)).toEqual([true, false]);
  expect(usageMetadata!.thoughtsTokenCount).toBeGreaterThan(0);
});

test('texts are embedded, tokens counted, models listed', async () => {
  const config = { outputDimensionality: 64 };
  const { embeddings } = await client.models.embedContent({
    model: 'gemini-embedding-001',
    contents: ['cats', 'dogs'],
    config,
  });
  expect(embeddings!.map(({ values }) => values!.length)).toEqual([64, 64]);
  expect((await client.models.countTokens({ model, contents })).totalTokens).toBeGreaterThan(10);
  const models = await Array.fromAsync(await client.models.list());
  expect(models.map(({ name }) => name)).toContain('models/gemini-2.5-flash');
});

test('errors surface as the error class of the SDK with the status of the real API', async () => {
  sim.fail(429, { retryAfter: 2 });
  const limited = await client.models.generateContent({ model, contents }).catch((error: unknown) => error);
  expect(limited).toBeInstanceOf(ApiError);
  expect(limited).toMatchObject({ status: 429, message: expect.stringContaining('"retryDelay":"2s"') });
  const wrong = new GoogleGenAI({ apiKey: 'invalid', httpOptions: { baseUrl: sim.baseUrl('google') } });
  await expect(wrong.models.generateContent({ model, contents })).rejects.toMatchObject({ status: 400 });
  await expect(client.models.generateContent({ model: 'no-such-model', contents })).rejects.toMatchObject({
    status: 404,
  });
});
