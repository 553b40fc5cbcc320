import { expect, it } from 'vitest';
import { createMemoryStore } from '../../src/cassette/stores/memory.ts';
import { useCassette } from '../../src/use-cassette.ts';
import { connectWs } from './clients.ts';
import { startRealtimeServer } from './realtime-server.ts';

it('records the same session twice with the same lines, whatever ids client and server make up', async () => {
  const server = await startRealtimeServer((socket) => {
    const id = () => `item_${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`;
    const session = `sess_${crypto.randomUUID().replaceAll('-', '')}`;
    socket.send(
      JSON.stringify({ type: 'session.created', event_id: `event_${id()}`, session: { id: session } }),
    );
    socket.on('message', (data: Buffer) => {
      const { event_id } = JSON.parse(data.toString()) as { event_id: string };
      socket.send(JSON.stringify({ type: 'item', item: { id: id() }, client_event_id: event_id }));
    });
  });
  const upstreams = { 'https://api.openai.com': server.origin };
  const talk = async (): Promise<void> => {
    const client = await connectWs('wss://api.openai.com/v1/realtime?model=gpt-realtime');
    await client.next();
    const event_id = `evt_${crypto.randomUUID()}`;
    client.send(JSON.stringify({ event_id, type: 'create' }));
    const first = JSON.parse(String(await client.next())) as {
      item: { id: string };
      client_event_id: string;
    };
    expect(first.client_event_id).toBe(event_id);
    client.send(JSON.stringify({ event_id: crypto.randomUUID(), type: 'use', item_id: first.item.id }));
    await client.next();
    client.close(1000);
    await client.closed();
  };
  const record = async (): Promise<string> => {
    const store = createMemoryStore();
    await useCassette('talk', { store, mode: 'record', upstreams }, talk);
    const { bytes } = store.read('talk')!;
    await useCassette('talk', { store, mode: 'replay' }, talk);
    return Buffer.from(bytes).toString('utf8').split('\n').slice(1).join('\n');
  };
  expect(await record()).toBe(await record());
  await server.close();
});
