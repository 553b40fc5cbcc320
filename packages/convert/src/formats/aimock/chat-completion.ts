import { fieldsOf, listOf, type Fields } from '../../reading/fields.ts';
import { textOf } from '../../reading/text.ts';

/** The text and tool calls of a fixture as an OpenAI chat completion, without the counts and times that nobody recorded. */
export function chatCompletion(response: Fields, model: string | undefined): unknown {
  const blocks = (listOf(response['blocks']) ?? []).map((block) => fieldsOf(block) ?? {});
  const content = textFor(response['content']) ?? textOfBlocks(blocks);
  const calls = listOf(response['toolCalls']) ?? blocks.filter((block) => block['type'] === 'toolCall');
  if (content === undefined && calls.length === 0) return undefined;
  const toolCalls = calls.map((call, index) => {
    const { id, name, arguments: given } = (fieldsOf(call) ?? {}) as Record<string, unknown>;
    return {
      id: textOf(id) ?? `call_${index}`,
      type: 'function',
      function: { name: textOf(name) ?? '', arguments: textFor(given) ?? '{}' },
    };
  });
  return {
    id: textOf(response['id']) ?? 'chatcmpl-0',
    object: 'chat.completion',
    created: 0,
    model: textOf(response['model']) ?? model ?? 'unknown',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: content ?? null,
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        finish_reason: textOf(response['finishReason']) ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
      },
    ],
  };
}

/** Structured output and arguments may be written as JSON. */
function textFor(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textOfBlocks(blocks: readonly Fields[]): string | undefined {
  const texts = blocks
    .filter((block) => block['type'] === 'text')
    .map((block) => textOf(block['text']) ?? '');
  return texts.length === 0 ? undefined : texts.join('');
}
