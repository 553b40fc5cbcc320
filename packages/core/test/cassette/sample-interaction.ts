import type { CassetteHeader } from '../../src/cassette/format.ts';
import type { Interaction } from '../../src/model/interaction.ts';

export const sampleHeader: CassetteHeader = {
  reel: 1,
  name: 'chat/summarizes an article',
  recordedAt: '2026-11-20T10:00:00Z',
  by: '@reel/core 0.1.0',
  rules: 'r1',
};

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A JSON call and its JSON answer. */
export function plainInteraction(question = 'Hi', answer = 'Hello'): Interaction {
  return {
    request: {
      method: 'POST',
      url: 'https://api.openai.com/v1/chat/completions',
      headers: [['content-type', 'application/json']],
      body: bytesOf(
        JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
      ),
    },
    response: { status: 200, headers: [['content-type', 'application/json']] },
    chunks: [{ bytes: bytesOf(JSON.stringify({ choices: [{ message: { content: answer } }] })) }],
    ending: { kind: 'end' },
  };
}

/** A call answered by server-sent events. */
export function streamedInteraction(words: readonly string[] = ['Hel', 'lo']): Interaction {
  const events = [...words.map((word) => JSON.stringify({ delta: word })), '[DONE]'];
  return {
    ...plainInteraction(),
    response: { status: 200, headers: [['content-type', 'text/event-stream']] },
    chunks: events.map((event) => ({ bytes: bytesOf(`data: ${event}\n\n`) })),
  };
}
