import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useCassette } from '../../src/use-cassette.ts';
import { connectWs, type Client } from './clients.ts';
import { startRealtimeServer } from './realtime-server.ts';

const realtime = 'wss://api.openai.com/v1/realtime?model=gpt-realtime';

/** Records a talk and replays it with the server gone; the memory that the replay took at most, in bytes. */
async function thereAndBack(
  talk: (client: Client) => Promise<void>,
  answer: (text: string) => readonly string[],
): Promise<{ memory: number; size: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'reel-large-'));
  const server = await startRealtimeServer((socket) => {
    socket.on('message', (data: Buffer) => {
      for (const message of answer(data.toString())) socket.send(message);
    });
  });
  const upstreams = { 'https://api.openai.com': server.origin };
  const run = async (): Promise<void> => {
    const client = await connectWs(realtime);
    await talk(client);
    client.close(1000);
    await client.closed();
  };
  try {
    await useCassette('talk', { dir, mode: 'record', upstreams }, run);
    await server.close();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
    await useCassette('talk', { dir, mode: 'replay' }, run);
    clearInterval(watch);
    return { memory: most - before, size: statSync(join(dir, 'talk.jsonl')).size };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

it('replays a session of 10,000 frames', { timeout: 60_000 }, async () => {
  let heard = 0;
  await thereAndBack(
    async (client) => {
      for (let turn = 0; turn < 1000; turn++) {
        client.send(JSON.stringify({ type: 'input', turn }));
        for (let part = 0; part < 9; part++) {
          expect(await client.next()).toBe(`{"type":"delta","turn":${turn},"part":${part}}`);
          heard++;
        }
      }
    },
    (text) => {
      const { turn } = JSON.parse(text) as { turn: number };
      return Array.from({ length: 9 }, (_, part) => `{"type":"delta","turn":${turn},"part":${part}}`);
    },
  );
  expect(heard).toBe(18_000);
});

it('replays a session of 50 MB in bounded memory', { timeout: 60_000 }, async () => {
  const audio = Buffer.alloc(384 * 1024, 7).toString('base64');
  const { memory } = await thereAndBack(
    async (client) => {
      for (let turn = 0; turn < 50; turn++) {
        client.send(JSON.stringify({ type: 'input_audio_buffer.append', audio, turn }));
        expect(JSON.parse(String(await client.next()))).toMatchObject({ turn, delta: audio });
      }
    },
    (text) => {
      const { turn, audio: heard } = JSON.parse(text) as { turn: number; audio: string };
      return [JSON.stringify({ type: 'response.output_audio.delta', delta: heard, turn })];
    },
  );
  expect(memory).toBeLessThan(400 * 1024 * 1024);
});
