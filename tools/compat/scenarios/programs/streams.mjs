import { post } from '../ask.mjs';

/** The three kinds of stream, piece by piece. */
export async function program() {
  const messages = [{ role: 'user', content: 'Count to three' }];
  return [
    await pieces(
      await post('https://api.openai.com/v1/chat/completions', {
        model: 'gpt-4o-mini',
        stream: true,
        messages,
      }),
    ),
    await pieces(
      await post('https://api.anthropic.com/v1/messages', {
        model: 'claude-3-5-haiku-latest',
        max_tokens: 100,
        stream: true,
        messages,
      }),
    ),
    await pieces(
      await post('http://localhost:11434/api/chat', { model: 'llama3.2', stream: true, messages }),
    ),
  ];
}

async function pieces(response) {
  const decoder = new TextDecoder();
  const list = [];
  for await (const piece of response.body) list.push(decoder.decode(piece));
  return { status: response.status, pieces: list };
}
