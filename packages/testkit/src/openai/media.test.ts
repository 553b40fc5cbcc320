import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProviders, type Simulator } from '../index.ts';

let sim: Simulator;
let client: OpenAI;

beforeAll(async () => {
  sim = await startProviders();
  client = new OpenAI({ apiKey: 'sk-anything', baseURL: sim.baseUrl('openai') });
});
afterAll(() => sim.close());

test('texts that share words are close, and base64 and float say the same', async () => {
  const input = [
    'How do I reset my password?',
    'Resetting a forgotten password',
    'Our opening hours on Sunday',
  ];
  const model = 'text-embedding-3-small';
  const { data, usage } = await client.embeddings.create({ model, input });
  const [question, near, far] = data.map(({ embedding }) => embedding);
  expect(cosine(question!, near!)).toBeGreaterThan(cosine(question!, far!) + 0.2);
  expect(cosine(question!, question!)).toBeCloseTo(1, 5);
  expect(usage.prompt_tokens).toBeGreaterThan(10);
  const floats = await client.embeddings.create({ model, input, encoding_format: 'float' });
  expect(floats.data[0]!.embedding.map(Math.fround)).toEqual(question!.map(Math.fround));
  const short = await client.embeddings.create({ model, input: 'text', dimensions: 64 });
  expect(short.data[0]!.embedding.length).toBe(64);
});

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

test('speech is binary, the same for the same text, and comes in pieces or as events', async () => {
  const request = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Hello there' } as const;
  const first = Buffer.from(await (await client.audio.speech.create(request)).arrayBuffer());
  const second = Buffer.from(await (await client.audio.speech.create(request)).arrayBuffer());
  expect(first.equals(second)).toBe(true);
  expect(first.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xfb]));
  const sse = await (await client.audio.speech.create({ ...request, stream_format: 'sse' })).text();
  const pieces = [...sse.matchAll(/"audio":"([^"]+)"/g)].map(([, audio]) => Buffer.from(audio!, 'base64'));
  expect(Buffer.concat(pieces).equals(first)).toBe(true);
  const wav = Buffer.from(
    await (await client.audio.speech.create({ ...request, response_format: 'wav' })).arrayBuffer(),
  );
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
});

test('a transcription depends on the bytes of the file, not on its name', async () => {
  const transcribe = async (content: string, name: string) =>
    client.audio.transcriptions.create({
      model: 'whisper-1',
      file: await toFile(Buffer.from(content), name),
    });
  const heard = await transcribe('RIFF some audio', 'a.wav');
  expect(await transcribe('RIFF some audio', 'b.wav')).toEqual(heard);
  expect(heard.text.length).toBeGreaterThan(10);
  const stream = await client.audio.transcriptions.create({
    model: 'gpt-4o-transcribe',
    file: await toFile(Buffer.from('RIFF some audio'), 'a.wav'),
    stream: true,
  });
  const events = await Array.fromAsync(stream);
  expect(events.at(-1)).toMatchObject({ type: 'transcript.text.done', text: heard.text });
});

test('an image is a PNG', async () => {
  const { data } = await client.images.generate({ model: 'gpt-image-1', prompt: 'a red fox', n: 2 });
  const images = data!.map(({ b64_json }) => Buffer.from(b64_json!, 'base64'));
  expect(images.map((image) => image.toString('latin1', 1, 4))).toEqual(['PNG', 'PNG']);
  expect(images[0]!.equals(images[1]!)).toBe(false);
});

test('a file is uploaded, listed, read and deleted', async () => {
  const content = Buffer.from([0, 255, 13, 10, 45, 45, 128]);
  const file = await client.files.create({ file: await toFile(content, 'odd é.bin'), purpose: 'user_data' });
  expect(file).toMatchObject({ filename: 'odd é.bin', bytes: 7, purpose: 'user_data' });
  expect(file.id).toMatch(/^file-\w{22}$/);
  expect((await Array.fromAsync(client.files.list())).map(({ id }) => id)).toEqual([file.id]);
  expect(Buffer.from(await (await client.files.content(file.id)).arrayBuffer()).equals(content)).toBe(true);
  expect(await client.files.delete(file.id)).toMatchObject({ deleted: true });
  await expect(client.files.retrieve(file.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});

test('a threat is flagged, small talk is not', async () => {
  const { results } = await client.moderations.create({ input: ['I will attack you', 'Nice weather'] });
  expect(results.map(({ flagged }) => flagged)).toEqual([true, false]);
});

test('models are listed and described', async () => {
  expect((await Array.fromAsync(client.models.list())).map(({ id }) => id)).toContain('gpt-4o-mini');
  expect((await client.models.retrieve('gpt-4o')).object).toBe('model');
});
