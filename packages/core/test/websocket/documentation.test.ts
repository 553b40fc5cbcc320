import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { startProviders } from '@reel/testkit';
import { expect, it } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { useCassette } from '../../src/use-cassette.ts';

it('the example of docs/websocket.md records and replays', async () => {
  const provider = await startProviders();
  const store = createMemoryStore();
  const talk = async (): Promise<void> => {
    const realtime = await OpenAIRealtimeWS.create(new OpenAI({ apiKey: 'sk-live' }), {
      model: 'gpt-realtime',
    });
    await new Promise((resolve) => realtime.on('session.created', resolve));
    const answer = new Promise((resolve) => realtime.on('response.done', resolve));
    realtime.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    realtime.send({ type: 'response.create' });
    expect(await answer).toMatchObject({ response: { status: 'completed' } });
    realtime.close();
  };
  await useCassette('hello', { store, mode: 'record', upstreams: provider.upstreams }, talk);
  await provider.close();
  await useCassette('hello', { store, mode: 'replay' }, talk);
});
