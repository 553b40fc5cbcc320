import { OpenAI } from 'openai';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

import type { ChatModel, ModelEvent, ModelRequest } from './chat-model.ts';
import type { Reply, StopReason, ToolCall, Turn, Usage } from './conversation.ts';
import { lazyClient } from './lazy-client.ts';
import { ModelFailure, toModelFailure } from './model-failure.ts';

/** OpenAI's Chat Completions API. Key and base URL come from the SDK's own variables. */
export function createOpenAIModel(model = 'gpt-5.4-mini'): ChatModel {
  const client = lazyClient(() => new OpenAI());

  return {
    async *stream(request, signal) {
      try {
        const stream = await client().chat.completions.create(
          { ...toParams(model, request), stream: true, stream_options: { include_usage: true } },
          { signal },
        );
        yield* readStream(stream, signal);
      } catch (error) {
        throw toModelFailure(error, signal);
      }
    },

    async complete(request, signal) {
      try {
        return toReply(await client().chat.completions.create(toParams(model, request), { signal }));
      } catch (error) {
        throw toModelFailure(error, signal);
      }
    },
  };
}

function toParams(
  model: string,
  { instructions, turns, tools, format }: ModelRequest,
): ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    // This endpoint takes tools only from models that are told not to reason, and a support answer should start quickly.
    reasoning_effort: 'none',
    max_completion_tokens: 1024,
    messages: [{ role: 'developer', content: instructions }, ...turns.flatMap(toMessages)],
    ...(tools !== undefined && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: 'function',
        function: { name, description, parameters, strict: true },
      })),
    }),
    ...(format !== undefined && {
      response_format: { type: 'json_schema', json_schema: { ...format, strict: true } },
    }),
  };
}

function toMessages(turn: Turn): ChatCompletionMessageParam[] {
  switch (turn.role) {
    case 'customer':
      return [{ role: 'user', content: turn.text }];
    case 'tools':
      return turn.results.map(({ id, output }) => ({ role: 'tool', tool_call_id: id, content: output }));
    case 'assistant':
      return [
        {
          role: 'assistant',
          content: turn.reply.text || null,
          ...(turn.reply.toolCalls.length > 0 && {
            tool_calls: turn.reply.toolCalls.map(({ id, name, input }) => ({
              id,
              type: 'function',
              function: { name, arguments: input },
            })),
          }),
        },
      ];
  }
}

async function* readStream(
  stream: AsyncIterable<ChatCompletionChunk>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ModelEvent, void, undefined> {
  let text = '';
  let refusal = '';
  let finish: FinishReason | null = null;
  let usage: ChatCompletionChunk['usage'];
  const calls: { id: string; name: string; input: string }[] = [];

  for await (const chunk of stream) {
    usage = chunk.usage ?? usage;
    const choice = chunk.choices[0];
    if (choice === undefined) continue;
    finish = choice.finish_reason ?? finish;
    refusal += choice.delta.refusal ?? '';
    for (const { index, id, function: part } of choice.delta.tool_calls ?? []) {
      const call = (calls[index] ??= { id: '', name: '', input: '' });
      call.id += id ?? '';
      call.name += part?.name ?? '';
      call.input += part?.arguments ?? '';
    }
    const piece = choice.delta.content ?? '';
    text += piece;
    if (piece !== '') yield { type: 'text', text: piece };
  }

  // The SDK ends an aborted stream, and one that the server closed too early, as if it were whole.
  if (signal?.aborted === true) throw new ModelFailure('canceled', signal.reason);
  if (finish === null)
    throw new ModelFailure('interrupted', new Error('the stream ended before its finish reason'));
  if (refusal !== '') yield { type: 'text', text: refusal };
  yield {
    type: 'reply',
    reply: { text: text + refusal, toolCalls: calls, stop: toStop(finish, refusal), usage: toUsage(usage) },
  };
}

function toReply({ choices, usage }: ChatCompletion): Reply {
  const choice = choices[0];
  if (choice === undefined) throw new ModelFailure('interrupted', new Error('the completion has no choice'));
  const { content, refusal, tool_calls: calls = [] } = choice.message;
  return {
    text: (content ?? '') + (refusal ?? ''),
    toolCalls: calls.flatMap((call): ToolCall[] =>
      call.type === 'function'
        ? [{ id: call.id, name: call.function.name, input: call.function.arguments }]
        : [],
    ),
    stop: toStop(choice.finish_reason, refusal ?? ''),
    usage: toUsage(usage),
  };
}

type FinishReason = ChatCompletion.Choice['finish_reason'];

function toStop(finish: FinishReason, refusal: string): StopReason {
  if (refusal !== '' || finish === 'content_filter') return 'refused';
  if (finish === 'tool_calls') return 'tools';
  return finish === 'length' ? 'cut-off' : 'answered';
}

function toUsage(usage: ChatCompletion['usage'] | null): Usage {
  return { inputTokens: usage?.prompt_tokens ?? 0, outputTokens: usage?.completion_tokens ?? 0 };
}
