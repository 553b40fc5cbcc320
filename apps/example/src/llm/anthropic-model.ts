import { Anthropic } from '@anthropic-ai/sdk';
import type {
  ContentBlock,
  ContentBlockParam,
  Message,
  MessageCreateParamsNonStreaming,
  MessageParam,
} from '@anthropic-ai/sdk/resources/messages';

import type { ChatModel, ModelRequest } from './chat-model.ts';
import type { Reply, StopReason, ToolCall, Turn } from './conversation.ts';
import { lazyClient } from './lazy-client.ts';
import { toModelFailure } from './model-failure.ts';

/** Anthropic's Messages API. Key and base URL come from the SDK's own variables. */
export function createAnthropicModel(model = 'claude-haiku-5-5'): ChatModel {
  const client = lazyClient(() => new Anthropic());

  return {
    async *stream(request, signal) {
      try {
        const stream = client().messages.stream(toParams(model, request), { signal });
        for await (const event of stream) {
          if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
            yield { type: 'text', text: event.delta.text };
          }
        }
        yield { type: 'reply', reply: toReply(await stream.finalMessage()) };
      } catch (error) {
        throw toModelFailure(error, signal);
      }
    },

    async complete(request, signal) {
      try {
        return toReply(await client().messages.create(toParams(model, request), { signal }));
      } catch (error) {
        throw toModelFailure(error, signal);
      }
    },
  };
}

function toParams(
  model: string,
  { instructions, turns, tools, format }: ModelRequest,
): MessageCreateParamsNonStreaming {
  return {
    model,
    max_tokens: 1024,
    system: instructions,
    messages: turns.map(toMessage),
    ...(tools !== undefined && {
      tools: tools.map(({ name, description, parameters }) => ({
        name,
        description,
        input_schema: parameters,
        strict: true,
      })),
    }),
    ...(format !== undefined && {
      output_config: { format: { type: 'json_schema', schema: format.schema } },
    }),
  };
}

function toMessage(turn: Turn): MessageParam {
  switch (turn.role) {
    case 'customer':
      return { role: 'user', content: turn.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: (turn.reply.native as ContentBlock[] | undefined) ?? turn.reply.text,
      };
    case 'tools':
      // All results of a turn belong into one user message; spread over several, they teach the model to call one by one.
      return {
        role: 'user',
        content: turn.results.map(({ id, ok, output }): ContentBlockParam => ({
          type: 'tool_result',
          tool_use_id: id,
          content: output,
          ...(!ok && { is_error: true }),
        })),
      };
  }
}

function toReply({ content, stop_reason: stop, usage }: Message): Reply {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    toolCalls: content.flatMap((block): ToolCall[] =>
      block.type === 'tool_use'
        ? [{ id: block.id, name: block.name, input: JSON.stringify(block.input) }]
        : [],
    ),
    stop: toStop(stop),
    usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
    native: content,
  };
}

function toStop(reason: Message['stop_reason']): StopReason {
  switch (reason) {
    case 'tool_use':
      return 'tools';
    case 'refusal':
      return 'refused';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'cut-off';
    default:
      return 'answered';
  }
}
