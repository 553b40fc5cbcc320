import { randomUUID } from 'node:crypto';
import type { Reply } from '../brain/conversation.ts';
import { think } from '../brain/think.ts';
import { tokenize } from '../brain/tokens.ts';
import { readChat } from '../openai/read-chat.ts';
import { json, sse, stream, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { text, type JsonObject } from '../server/json.ts';
import { randomId } from '../server/random-id.ts';

/** Cohere's own `POST /v2/chat`: messages and tools as OpenAI's, answers and named events of its own, then `[DONE]`. */
export function cohereChat(call: Call): Answer {
  const reply = think(readChat(call, text(call.body['model'])));
  const id = randomUUID();
  const finish_reason = {
    stop: 'COMPLETE',
    length: 'MAX_TOKENS',
    'tool-calls': 'TOOL_CALL',
    'stop-sequence': 'STOP_SEQUENCE',
  }[reply.finish];
  const tool_calls = reply.calls.map(({ name, arguments: given }) => ({
    id: `${name}_${randomId('base62', 12).toLowerCase()}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(given) },
  }));
  const tool_plan = 'I will use the tools at hand to find out.';
  if (call.body['stream'] !== true) {
    const said =
      tool_calls.length > 0 ? { tool_plan, tool_calls } : { content: [{ type: 'text', text: reply.text }] };
    return json({ id, finish_reason, message: { role: 'assistant', ...said }, usage: usage(reply) });
  }
  const events: string[] = [];
  const emit = (type: string, payload: JsonObject): void =>
    void events.push(sse({ type, ...payload }, { event: type }));
  const opening = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  events.push(sse({ id, type: 'message-start', delta: { message: opening } }, { event: 'message-start' }));
  if (tool_calls.length > 0) {
    for (const piece of tokenize(tool_plan))
      emit('tool-plan-delta', { delta: { message: { tool_plan: piece } } });
    for (const [index, call] of tool_calls.entries()) {
      const begun = { ...call, function: { name: call.function.name, arguments: '' } };
      emit('tool-call-start', { index, delta: { message: { tool_calls: begun } } });
      for (const piece of tokenize(call.function.arguments)) {
        emit('tool-call-delta', {
          index,
          delta: { message: { tool_calls: { function: { arguments: piece } } } },
        });
      }
      emit('tool-call-end', { index });
    }
  } else {
    emit('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } });
    for (const piece of tokenize(reply.text)) {
      emit('content-delta', { index: 0, delta: { message: { content: { text: piece } } } });
    }
    emit('content-end', { index: 0 });
  }
  emit('message-end', { delta: { finish_reason, usage: usage(reply) } });
  events.push(sse('[DONE]'));
  return stream(events, 'text/event-stream');
}

function usage({ usage }: Reply): JsonObject {
  const { input: input_tokens, output: output_tokens } = usage;
  return {
    billed_units: { input_tokens, output_tokens },
    tokens: { input_tokens: input_tokens + 64, output_tokens },
  };
}
