import { GoogleGenAI, Modality, Type, type LiveServerMessage } from '@google/genai';
import OpenAI from 'openai';
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { startProviders, type Simulator } from '@reel/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import type { ScopeReport } from '../../src/report.ts';
import { useCassette } from '../../src/use-cassette.ts';

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

/** What a session said, in an order and without what differs each time. */
type Transcript = readonly unknown[];

const weather = {
  type: 'function' as const,
  name: 'get_weather',
  description: 'Looks up the weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

interface Realtime {
  on(event: 'event' | 'error', listener: (event: never) => void): unknown;
  send(event: never): void;
  close(): void;
}

/** A tool call and its answer, then a spoken turn: the usual session of the Realtime API. */
async function openAiTalk(open: (client: OpenAI) => Promise<Realtime>): Promise<Transcript> {
  const realtime = await open(new OpenAI({ apiKey: 'sk-realtime-live' }));
  const heard: unknown[] = [];
  const waiting: { type: string; resolve: (event: Record<string, unknown>) => void }[] = [];
  const received: Record<string, unknown>[] = [];
  realtime.on('error', () => {});
  realtime.on('event', ((event: Record<string, unknown>) => {
    heard.push([event['type'], event['delta'] ?? event['text'] ?? event['transcript']]);
    received.push(event);
    const index = waiting.findIndex(({ type }) => type === event['type']);
    if (index !== -1) waiting.splice(index, 1)[0]!.resolve(event);
  }) as never);
  const next = (type: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => waiting.push({ type, resolve }));
  const answer = (): Promise<Record<string, unknown>> => next('response.done');
  const send = (event: object): void =>
    realtime.send({ event_id: `evt_${crypto.randomUUID()}`, ...event } as never);

  await next('session.created');
  send({
    type: 'session.update',
    session: { type: 'realtime', output_modalities: ['text'], tools: [weather] },
  });
  await next('session.updated');
  const question = { type: 'input_text', text: 'What is the weather in London? Use get_weather.' };
  send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [question] } });
  send({ type: 'response.create' });
  const { response } = (await answer()) as { response: { output: { call_id?: string }[] } };
  const call_id = response.output[0]?.call_id;
  expect(call_id).toMatch(/^call_/);
  send({
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id, output: '{"weather":"rain, 12 degrees"}' },
  });
  send({ type: 'response.create' });
  await answer();
  send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(960, 3).toString('base64') });
  send({ type: 'input_audio_buffer.commit' });
  send({ type: 'response.create', response: { output_modalities: ['audio'], tools: [] } });
  await answer();
  realtime.close();
  return heard;
}

/** The same over Gemini's Live API. */
async function geminiTalk(): Promise<Transcript> {
  const ai = new GoogleGenAI({ apiKey: 'gemini-live-key' });
  const heard: unknown[] = [];
  let wake: (() => void) | undefined;
  const messages: LiveServerMessage[] = [];
  const session = await ai.live.connect({
    model: 'gemini-live-2.5-flash-preview',
    config: {
      responseModalities: [Modality.TEXT],
      tools: [
        {
          functionDeclarations: [
            {
              name: 'get_weather',
              description: 'Looks up the weather of a city',
              parameters: {
                type: Type.OBJECT,
                properties: { city: { type: Type.STRING } },
                required: ['city'],
              },
            },
          ],
        },
      ],
    },
    callbacks: {
      onmessage(message) {
        messages.push(message);
        wake?.();
      },
    },
  });
  const until = async (isLast: (message: LiveServerMessage) => boolean): Promise<LiveServerMessage> => {
    for (;;) {
      const message = messages.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const { functionCalls } = message.toolCall ?? {};
      heard.push([message.text, functionCalls?.map(({ name, args }) => [name, args]), message.usageMetadata]);
      if (isLast(message)) return message;
    }
  };
  await until((message) => message.setupComplete !== undefined);
  session.sendClientContent({ turns: 'What is the weather in London? Use get_weather.' });
  const { toolCall } = await until((message) => message.toolCall !== undefined);
  const { id, name } = toolCall!.functionCalls![0]!;
  session.sendToolResponse({ functionResponses: { id: id!, name: name!, response: { weather: 'rain' } } });
  await until((message) => message.serverContent?.turnComplete === true);
  session.sendRealtimeInput({
    audio: { data: Buffer.alloc(640, 5).toString('base64'), mimeType: 'audio/pcm;rate=16000' },
  });
  session.sendRealtimeInput({ audioStreamEnd: true });
  await until((message) => message.serverContent?.turnComplete === true);
  session.close();
  return heard;
}

const clients: readonly [name: string, talk: () => Promise<Transcript>, model: string][] = [
  [
    "openai's Realtime client on the ws package",
    () => openAiTalk((client) => OpenAIRealtimeWS.create(client, { model: 'gpt-realtime' }) as never),
    'gpt-realtime',
  ],
  [
    "openai's Realtime client on the global WebSocket",
    () =>
      openAiTalk(
        (client) =>
          OpenAIRealtimeWebSocket.create(client, {
            model: 'gpt-realtime',
            dangerouslyAllowBrowser: true,
          } as never) as never,
      ),
    'gpt-realtime',
  ],
  ["@google/genai's Live client", geminiTalk, 'gemini-live-2.5-flash-preview'],
];

describe.each(clients)('%s', (_, talk, model) => {
  it(
    'replays the session it recorded, a hundred times, with the provider out of reach',
    { timeout: 60_000 },
    async () => {
      const store = createMemoryStore();
      const reports: ScopeReport[] = [];
      const onReport = (report: ScopeReport): void => void reports.push(report);
      const live = await useCassette(
        'talk',
        { store, mode: 'record', upstreams: provider.upstreams, onReport },
        talk,
      );
      const { handshakes } = provider;
      expect(live.length).toBeGreaterThan(6);
      const tape = Buffer.from(store.read('talk')!.bytes).toString('utf8');
      expect(tape).not.toMatch(/sk-realtime-live|gemini-live-key/);
      expect(tape.match(/"socket":/g)).toHaveLength(1);
      for (let run = 0; run < 100; run++) {
        expect(await useCassette('talk', { store, mode: 'replay' }, talk)).toEqual(live);
      }
      expect(provider.handshakes).toBe(handshakes);
      expect(reports[0]!.spentUsage).toMatchObject([{ model, inputTokens: expect.any(Number) }]);
    },
  );

  it('records the same lines again when nothing changed', async () => {
    const record = async (): Promise<string> => {
      const store = createMemoryStore();
      await useCassette('talk', { store, mode: 'record', upstreams: provider.upstreams }, talk);
      const text = Buffer.from(store.read('talk')!.bytes).toString('utf8');
      return text.slice(text.indexOf('\n'));
    };
    expect(await record()).toBe(await record());
  });
});
