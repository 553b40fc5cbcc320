import { post, seen } from '../ask.mjs';

/** Errors of a provider, a stream that its reader leaves, and one that breaks off. */
export async function program() {
  const url = 'https://api.openai.com/v1/chat/completions';
  const question = (content) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
  const wish = (headers) => ({
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-compat-0123456789abcdef',
      ...headers,
    },
  });
  const refused = await seen(await post(url, question('too fast'), wish({ 'x-sim-fail': '429' })));
  const down = await seen(await post(url, question('down'), wish({ 'x-sim-fail': '503' })));
  const leaving = new AbortController();
  const left = await post(
    url,
    { ...question('Tell me a long story'), stream: true },
    { signal: leaving.signal },
  );
  const reader = left.body.getReader();
  const { value } = await reader.read();
  leaving.abort();
  await reader.closed.catch(() => {});
  return { refused, down, left: Buffer.from(value).toString('utf8').split('\n')[0].length > 0 };
}
