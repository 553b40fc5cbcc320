import type { Reply } from '../brain/conversation.ts';
import { tokenize } from '../brain/tokens.ts';
import { sse, stream, type Answer } from '../server/answer.ts';
import { failureOf } from '../server/failure.ts';
import type { JsonObject } from '../server/json.ts';
import { finishReason, toolCalls, type Completion } from './completion.ts';
import type { ChatDialect } from './dialect.ts';
import { failureBody } from './identity.ts';
import { logprobs } from './logprobs.ts';

/** A completion as server-sent events: one token or one bit of an argument each. */
export function streamCompletion(completion: Completion, dialect: ChatDialect, options: JsonObject): Answer {
  const { id, created, model, replies, total } = completion;
  const framing = dialect.newline === undefined ? {} : { newline: dialect.newline };
  const events: string[] = [...(dialect.prelude?.() ?? [])];
  const envelope = dialect.envelope();
  const usageAsked = options['include_usage'] === true;
  const obfuscated = options['include_obfuscation'] !== false;
  const totalUsage = dialect.usage(total);
  const extrasFor = dialect.eventExtras?.(totalUsage);
  let begun = false;
  const emit = (choices: readonly unknown[], usage?: JsonObject): void => {
    const place = usage !== undefined ? 'last' : begun ? 'middle' : 'first';
    begun = true;
    const { obfuscation, ...extras } = extrasFor?.(place) ?? {};
    const announced = usageAsked && dialect.streamUsage === 'when-asked' ? null : undefined;
    const chunk = {
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      ...envelope,
      choices,
      usage: usage ?? announced,
    };
    events.push(
      sse(
        { ...chunk, ...extras, ...(obfuscated && obfuscation !== undefined ? { obfuscation } : {}) },
        framing,
      ),
    );
  };

  for (const [index, reply] of replies.entries()) {
    const last = index === replies.length - 1;
    for (const { delta, scored, finish = null } of deltas(reply, completion, dialect)) {
      const scores = completion.logprobs && scored !== undefined ? logprobs(scored) : null;
      const logprob = dialect.nullLogprobs || scores !== null ? { logprobs: scores } : {};
      const choice = { index, delta, ...logprob, finish_reason: finish, ...dialect.choiceExtras?.(finish) };
      const closing = finish !== null && last && dialect.streamUsage === 'last-choice';
      emit([choice], closing ? totalUsage : undefined);
    }
  }
  if (dialect.streamUsage === 'own-event' || (dialect.streamUsage === 'when-asked' && usageAsked))
    emit([], totalUsage);
  if (dialect.done !== false) events.push(sse('[DONE]', framing));
  return stream(events, 'text/event-stream; charset=utf-8', {
    errorEvent: () => sse(failureBody(failureOf(500)).body, framing),
  });
}

interface Delta {
  readonly delta: JsonObject;
  /** The token to give a probability to. */
  readonly scored?: string;
  readonly finish?: string;
}

function* deltas(reply: Reply, completion: Completion, dialect: ChatDialect): Iterable<Delta> {
  const { reasoningField } = dialect;
  const calls = toolCalls(reply, dialect);
  const opening = {
    role: 'assistant',
    content: calls.length > 0 ? null : '',
    ...dialect.messageExtras?.(reply),
  };
  // The first delta names the role; the first of several tool calls comes with it.
  if (calls.length === 0) yield { delta: opening };
  if (reasoningField !== undefined) {
    for (const piece of tokenize(reply.reasoning))
      yield { delta: { content: null, [reasoningField]: piece } };
  }
  for (const [index, call] of calls.entries()) {
    const head = index === 0 ? opening : {};
    if (dialect.toolCallDeltas === 'whole') {
      yield { delta: { ...head, tool_calls: [{ index, ...call }] } };
      continue;
    }
    const named = { index, ...call, function: { name: call.function.name, arguments: '' } };
    yield { delta: { ...head, tool_calls: [named] } };
    for (const piece of tokenize(call.function.arguments)) {
      yield { delta: { tool_calls: [{ index, function: { arguments: piece } }] } };
    }
  }
  for (const piece of tokenize(reply.text)) yield { delta: { content: piece }, scored: piece };
  yield { delta: {}, finish: finishReason(reply, completion) };
}
