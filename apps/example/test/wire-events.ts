/** One chunk of a chat-completions stream. */
export function openaiChunk(delta: object, finish: string | null = null): object {
  const choice = { index: 0, delta, finish_reason: finish };
  return { id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [choice] };
}

/** The first event of a messages stream. */
export const anthropicStart = {
  type: 'message_start',
  message: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 9, output_tokens: 1 },
  },
};
