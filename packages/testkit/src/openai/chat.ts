import type { Reply } from '../brain/conversation.ts';
import { think } from '../brain/think.ts';
import { bytes, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { number, record, text, type JsonObject } from '../server/json.ts';
import { finishReason, toolCalls, type Completion } from './completion.ts';
import type { ChatDialect } from './dialect.ts';
import { logprobs } from './logprobs.ts';
import { readChat } from './read-chat.ts';
import { streamCompletion } from './stream-chat.ts';

/** `POST /chat/completions`, in the dialect of one of the APIs that have it. */
export function chatCompletion(call: Call, dialect: ChatDialect, model = text(call.body['model'])): Answer {
  const conversation = readChat(call, model);
  const variants = Array.from({ length: number(call.body['n']) ?? 1 }, (_, variant) => variant);
  const replies = variants.map((variant) => think({ ...conversation, variant }));
  const first = replies[0]!;
  const output = replies.reduce((sum, { usage }) => sum + usage.output, 0);
  const completion: Completion = {
    id: dialect.completionId(),
    created: Math.floor(Date.now() / 1000),
    model: dialect.modelName(model),
    replies,
    total: { ...first, usage: { ...first.usage, output } },
    logprobs: call.body['logprobs'] === true,
    forcedStop: dialect.forcedStops === true && typeof conversation.toolChoice === 'object',
  };
  if (call.body['stream'] === true)
    return streamCompletion(completion, dialect, record(call.body['stream_options']));
  const source = JSON.stringify(wholeCompletion(completion, dialect), undefined, dialect.indent);
  return bytes(Buffer.from(`${dialect.padding ?? ''}${source}`), 'application/json');
}

function wholeCompletion(completion: Completion, dialect: ChatDialect): JsonObject {
  const { id, created, model, replies, total } = completion;
  const choices = replies.map((reply, index) => {
    const finish = finishReason(reply, completion);
    return {
      index,
      message: toMessage(reply, dialect),
      ...(completion.logprobs
        ? { logprobs: logprobs(reply.text) }
        : dialect.nullLogprobs
          ? { logprobs: null }
          : {}),
      finish_reason: finish,
      ...dialect.choiceExtras?.(finish),
    };
  });
  const usage = dialect.usage(total);
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices,
    usage,
    ...dialect.envelope(),
    ...dialect.wholeExtras?.(),
  };
}

function toMessage(reply: Reply, dialect: ChatDialect): JsonObject {
  const { reasoningField } = dialect;
  return {
    role: 'assistant',
    content: reply.calls.length > 0 ? null : reply.text,
    ...(reasoningField === undefined || reply.reasoning === '' ? {} : { [reasoningField]: reply.reasoning }),
    ...(reply.calls.length > 0 ? { tool_calls: toolCalls(reply, dialect) } : {}),
    ...dialect.messageExtras?.(reply),
  };
}
