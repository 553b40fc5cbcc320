import { post, seen } from '../ask.mjs';

/** JSON there and back: an answer, two equal questions with one answer each, and embeddings. */
export async function program() {
  const question = {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Say hello — “ünïcode” 👋' }],
  };
  return [
    await seen(await post('https://api.openai.com/v1/chat/completions', question)),
    await seen(await post('https://api.openai.com/v1/chat/completions', question)),
    await seen(
      await post('https://api.openai.com/v1/embeddings', {
        model: 'text-embedding-3-small',
        input: ['tea', 'coffee'],
        dimensions: 4,
      }),
    ),
  ];
}
