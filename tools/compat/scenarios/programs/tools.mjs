import { post } from '../ask.mjs';

const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];

/** A conversation whose second request repeats ids that the first answer gave. */
export async function program() {
  const messages = [{ role: 'user', content: 'What is the weather in Paris? Use get_weather.' }];
  const url = 'https://api.openai.com/v1/chat/completions';
  const first = await (
    await post(url, { model: 'gpt-4o-mini', messages, tools, tool_choice: 'required' })
  ).json();
  const { message } = first.choices[0];
  const results = (message.tool_calls ?? []).map(({ id }) => ({
    role: 'tool',
    tool_call_id: id,
    content: '18 °C',
  }));
  const second = await (
    await post(url, { model: 'gpt-4o-mini', messages: [...messages, message, ...results], tools })
  ).json();
  return { first, second };
}
