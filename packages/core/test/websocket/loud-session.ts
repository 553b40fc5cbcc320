import assert from 'node:assert/strict';
import type { Client } from './clients.ts';

export const realtime = 'wss://api.openai.com/v1/realtime?model=gpt-realtime';

const audio = Buffer.alloc(384 * 1024, 7).toString('base64');

/** Sends 25 MB of sound in 50 messages, and expects each to come back. */
export async function askLoudly(client: Client): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    client.send(JSON.stringify({ type: 'input_audio_buffer.append', audio, turn }));
    const heard = JSON.parse(String(await client.next())) as { turn: number; delta: string };
    assert.ok(heard.turn === turn && heard.delta === audio, `message ${turn} is another one`);
  }
}

/** What the server says to a message of {@link askLoudly}. */
export function answerLoudly(text: string): string[] {
  const { turn, audio: heard } = JSON.parse(text) as { turn: number; audio: string };
  return [JSON.stringify({ type: 'response.output_audio.delta', delta: heard, turn })];
}
