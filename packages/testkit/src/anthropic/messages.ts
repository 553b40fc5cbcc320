import type { Reply } from '../brain/conversation.ts';
import { think } from '../brain/think.ts';
import { slices, countTokens } from '../brain/tokens.ts';
import { json, sse, stream, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { ApiFailure, failureOf } from '../server/failure.ts';
import { list, number, record, type JsonObject } from '../server/json.ts';
import { randomId } from '../server/random-id.ts';
import { failureBody } from './identity.ts';
import { readMessages } from './read-messages.ts';

/** `POST /v1/messages`. */
export function createMessage(call: Call): Answer {
  const conversation = readMessages(call);
  if (number(call.body['max_tokens']) === undefined)
    throw new ApiFailure(400, 'max_tokens: this field is needed');
  const reply = think(conversation);
  const message = {
    model: conversation.model,
    id: `msg_01${randomId('base58', 22)}`,
    type: 'message',
    role: 'assistant',
  };
  const cache = cacheTokens(call.body, reply);
  const content = toBlocks(reply);
  const ending = { stop_reason: stopReason(reply), stop_sequence: reply.stopSequence ?? null };
  if (call.body['stream'] === true) return streamed(message, content, ending, reply, cache);
  return json({
    ...message,
    content,
    ...ending,
    usage: { ...usage(cache), output_tokens: reply.usage.output, service_tier: 'standard' },
  });
}

type Block = JsonObject & { readonly type: 'thinking' | 'text' | 'tool_use' };

function toBlocks(reply: Reply): Block[] {
  const blocks: Block[] = [];
  if (reply.reasoning !== '') {
    // Opaque to clients, and to be handed back unchanged; its bytes differ at every call.
    blocks.push({ type: 'thinking', thinking: reply.reasoning, signature: `Eq${randomId('base62', 198)}==` });
  }
  if (reply.calls.length > 0) {
    if (reply.calls.length > 1) blocks.push({ type: 'text', text: 'I will look that up — one moment.' });
    for (const call of reply.calls) {
      blocks.push({
        type: 'tool_use',
        id: `toolu_01${randomId('base58', 22)}`,
        name: call.name,
        input: call.arguments,
      });
    }
  } else if (reply.text !== '') {
    blocks.push({ type: 'text', text: reply.text });
  }
  return blocks;
}

function stopReason({ finish }: Reply): string {
  const reasons = {
    stop: 'end_turn',
    length: 'max_tokens',
    'tool-calls': 'tool_use',
    'stop-sequence': 'stop_sequence',
  } as const;
  return reasons[finish];
}

interface CacheTokens {
  readonly input: number;
  readonly created: number;
  readonly read: number;
}

/**
 * Tokens before a `cache_control` mark are written to the cache in the first turn and read from it later. Decided by
 * the request alone (real caches also forget), so that a repeated recording has the same usage.
 */
function cacheTokens(body: JsonObject, { usage }: Reply): CacheTokens {
  const marked = [...list(body['system']), ...list(body['tools'])].filter(
    (part) => 'cache_control' in record(part),
  );
  const tokens = Math.min(countTokens(JSON.stringify(marked)), usage.input - 1);
  if (marked.length === 0) return { input: usage.input, created: 0, read: 0 };
  const first = !list(body['messages']).some((message) => record(message)['role'] === 'assistant');
  return { input: usage.input - tokens, created: first ? tokens : 0, read: first ? 0 : tokens };
}

function usage({ input, created, read }: CacheTokens): JsonObject {
  return {
    input_tokens: input,
    cache_creation_input_tokens: created,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: created, ephemeral_1h_input_tokens: 0 },
  };
}

function streamed(
  message: JsonObject,
  blocks: readonly Block[],
  ending: JsonObject,
  reply: Reply,
  cache: CacheTokens,
): Answer {
  const events: string[] = [];
  const emit = (payload: JsonObject & { type: string }): void => void events.push(event(payload));
  const opening = { ...message, content: [], stop_reason: null, stop_sequence: null };
  emit({
    type: 'message_start',
    message: { ...opening, usage: { ...usage(cache), output_tokens: 1, service_tier: 'standard' } },
  });
  for (const [index, block] of blocks.entries()) {
    emit({ type: 'content_block_start', index, content_block: emptied(block) });
    if (index === 0) events.push(sse('{"type": "ping"}', { event: 'ping' }));
    for (const delta of deltas(block)) emit({ type: 'content_block_delta', index, delta });
    emit({ type: 'content_block_stop', index });
  }
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage(cache);
  const final = {
    input_tokens,
    cache_creation_input_tokens,
    cache_read_input_tokens,
    output_tokens: reply.usage.output,
  };
  emit({ type: 'message_delta', delta: ending, usage: final });
  emit({ type: 'message_stop' });
  const errorEvent = (): string => sse(failureBody(failureOf(529)).body, { event: 'error' });
  return stream(events, 'text/event-stream; charset=utf-8', {
    errorEvent,
    headers: [['cache-control', 'no-cache']],
  });
}

function emptied(block: Block): JsonObject {
  if (block.type === 'tool_use') return { ...block, input: {} };
  return block.type === 'text'
    ? { type: 'text', text: '' }
    : { type: 'thinking', thinking: '', signature: '' };
}

function* deltas(block: Block): Iterable<JsonObject> {
  if (block.type === 'text') {
    for (const piece of slices(String(block['text']), 3)) yield { type: 'text_delta', text: piece };
  } else if (block.type === 'thinking') {
    for (const piece of slices(String(block['thinking']), 4))
      yield { type: 'thinking_delta', thinking: piece };
    yield { type: 'signature_delta', signature: block['signature'] };
  } else {
    yield { type: 'input_json_delta', partial_json: '' };
    const source = JSON.stringify(block['input']);
    if (source === '{}') return;
    for (const piece of slices(source, 4)) yield { type: 'input_json_delta', partial_json: piece };
  }
}

/** Pads the payload with blanks of random length inside its last brace, as the API does against size analysis. */
function event(payload: JsonObject & { type: string }): string {
  const padding = ' '.repeat(Math.floor(Math.random() * 16));
  return sse(`${JSON.stringify(payload).slice(0, -1)}${padding}}`, { event: payload.type });
}
