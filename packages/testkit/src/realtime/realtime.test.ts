import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startProviders, type Simulator } from '../index.ts';

let provider: Simulator;
beforeAll(async () => {
  provider = await startProviders();
});
afterAll(() => provider.close());

type Message = Record<string, never> & { type: string };

/** What a session says after some messages, up to the one that a test waits for. */
async function converse(
  path: string,
  messages: readonly object[],
  isLast: (message: Message) => boolean,
  protocols: readonly string[] = [],
): Promise<{ heard: Message[]; binary: boolean[]; code?: number; reason?: string }> {
  const socket = new WebSocket(`${provider.url.replace('http', 'ws')}${path}`, [...protocols], {
    headers: { authorization: 'Bearer sk-test' },
  });
  const heard: Message[] = [];
  const binary: boolean[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code: number, reason: Buffer) => resolve({ code, reason: reason.toString() })),
  );
  const finished = new Promise<void>((resolve) =>
    socket.on('message', (data: Buffer, isBinary) => {
      heard.push(JSON.parse(data.toString()) as Message);
      binary.push(isBinary);
      if (isLast(heard.at(-1)!)) resolve();
    }),
  );
  await once(socket, 'open');
  for (const message of messages) socket.send(JSON.stringify(message));
  const end = await Promise.race([finished, closed]);
  socket.close();
  return { heard, binary, ...(end !== undefined && end) };
}

const names = (heard: readonly Message[]): string[] =>
  heard.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

const ask = (text: string): object => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});
const tool = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const isDone = ({ type }: Message): boolean => type === 'response.done';

describe('the Realtime API', () => {
  const path = '/openai/v1/realtime?model=gpt-realtime';

  it('answers in text with the events of the real one, in their order', async () => {
    const update = { type: 'session.update', session: { output_modalities: ['text'] } };
    const { heard } = await converse(
      path,
      [update, ask('Say hello to Kim'), { type: 'response.create' }],
      isDone,
    );
    expect(names(heard)).toEqual([
      'session.created',
      'session.updated',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
    ]);
    const said = heard.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta);
    expect(heard.at(-1)).toMatchObject({
      response: {
        status: 'completed',
        output: [{ type: 'message', content: [{ type: 'output_text', text: said.join('') }] }],
        usage: { total_tokens: expect.any(Number) as number },
      },
    });
    expect(new Set(heard.map(({ event_id }) => event_id)).size).toBe(heard.length);
  });

  it('speaks: sound and its transcript, counted apart', async () => {
    const { heard } = await converse(path, [ask('Say hello to Kim'), { type: 'response.create' }], isDone);
    expect(
      names(heard)
        .filter((name) => /audio/.test(name))
        .toSorted(),
    ).toEqual(
      expect.arrayContaining([
        'response.output_audio.delta',
        'response.output_audio.done',
        'response.output_audio_transcript.delta',
        'response.output_audio_transcript.done',
      ]),
    );
    const { response } = heard.at(-1) as unknown as { response: Record<string, never> };
    expect(response).toMatchObject({
      output: [{ content: [{ type: 'output_audio', transcript: expect.any(String) as string }] }],
      usage: { output_token_details: { audio_tokens: expect.any(Number) as number } },
    });
  });

  it('calls a tool, piece by piece, and takes sound that is committed', async () => {
    const update = { type: 'session.update', session: { tools: [tool] } };
    const question = 'What is the weather in London? Use get_weather.';
    const { heard } = await converse(path, [update, ask(question), { type: 'response.create' }], isDone);
    expect(names(heard).slice(4)).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
    ]);
    const audio = Buffer.alloc(960).toString('base64');
    const sound = [{ type: 'input_audio_buffer.append', audio }, { type: 'input_audio_buffer.commit' }];
    const listened = await converse(path, sound, ({ type }) => type === 'conversation.item.done');
    expect(names(listened.heard)).toEqual([
      'session.created',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ]);
  });

  it('answers what it cannot do with an error that names the event, and goes on', async () => {
    const { heard } = await converse(
      path,
      [
        { type: 'nothing', event_id: 'mine' },
        { type: 'input_audio_buffer.commit' },
        { type: 'session.update', session: {} },
      ],
      ({ type }) => type === 'session.updated',
    );
    expect(heard.slice(1, 3)).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', event_id: 'mine' } },
      { type: 'error', error: { code: 'input_audio_buffer_commit_empty' } },
    ]);
  });
});

describe('the Live API', () => {
  const path = '/google/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=k';
  const setup = {
    setup: { model: 'models/gemini-live', generationConfig: { responseModalities: ['TEXT'] } },
  };
  const turns = [{ role: 'user', parts: [{ text: 'Say hello to Kim' }] }];
  const isTurnComplete = ({ serverContent }: Message): boolean =>
    (serverContent as { turnComplete?: boolean } | undefined)?.turnComplete === true;

  it.each([
    ['as JavaScript spells it', { clientContent: { turns, turnComplete: true } }],
    ['as Python spells it', { client_content: { turns, turn_complete: true } }],
  ])('answers a turn in binary messages of JSON, %s', async (_, content) => {
    const { heard, binary } = await converse(path, [setup, content], isTurnComplete);
    expect(heard[0]).toEqual({ setupComplete: {} });
    expect(heard.at(-2)).toEqual({ serverContent: { generationComplete: true } });
    expect(heard.at(-1)).toMatchObject({ usageMetadata: { totalTokenCount: expect.any(Number) as number } });
    expect(binary.every(Boolean)).toBe(true);
  });

  it('closes a session that does not begin with its setup, and one that says no JSON', async () => {
    const early = await converse(path, [{ clientContent: { turns } }], () => false);
    expect(early).toMatchObject({ code: 1007, reason: expect.stringContaining('setup') as string });
  });
});

it('refuses a handshake without a key, and one to nowhere', async () => {
  const refusal = async (path: string, headers = {}): Promise<number | undefined> => {
    const socket = new WebSocket(`${provider.url.replace('http', 'ws')}${path}`, { headers });
    socket.on('error', () => {});
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    socket.terminate();
    return response.statusCode;
  };
  expect(await refusal('/openai/v1/realtime?model=x')).toBe(401);
  expect(await refusal('/openai/v1/nothing', { authorization: 'Bearer sk' })).toBe(404);
});
