import { hash, seededBytes } from '../brain/hash.ts';
import type { Conversation, Reply, Tool, Turn } from '../brain/conversation.ts';
import { think } from '../brain/think.ts';
import { slices } from '../brain/tokens.ts';
import { list, record, text, type JsonObject } from '../server/json.ts';
import { obfuscation, randomId } from '../server/random-id.ts';
import type { RealtimeSession, RealtimeSocket } from './session.ts';

const newId = (prefix: string): string => `${prefix}_${randomId('base62', 21)}`;
const format = { type: 'audio/pcm', rate: 24_000 };

/**
 * OpenAI's Realtime API: the events of a `gpt-realtime` session as seen in recordings of 2026. What is said depends on the
 * conversation alone, ids and the padding of events are as volatile as in reality.
 */
export function openAiSession(socket: RealtimeSocket, model: string): RealtimeSession {
  const session: Record<string, unknown> = {
    type: 'realtime',
    object: 'realtime.session',
    id: newId('sess'),
    model,
    output_modalities: ['audio'],
    instructions: 'Answer in one short sentence.',
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    tracing: null,
    truncation: 'auto',
    prompt: null,
    expires_at: Math.floor(Date.now() / 1000) + 3600,
    audio: {
      input: { format, transcription: null, turn_detection: { type: 'server_vad', threshold: 0.5 } },
      output: { format, voice: 'alloy', speed: 1 },
    },
  };
  const conversationId = newId('conv');
  const turns: Turn[] = [];
  const callNames = new Map<string, string>();
  let lastItem: string | null = null;
  let heard: Buffer[] = [];

  const send = (event: JsonObject): void => {
    socket.send(JSON.stringify({ type: event['type'], event_id: newId('event'), ...event }), false);
  };
  const fail = (message: string, code: string, event: JsonObject): void =>
    send({
      type: 'error',
      error: {
        type: 'invalid_request_error',
        code,
        message,
        param: null,
        event_id: event['event_id'] ?? null,
      },
    });

  /** @returns what says that the item is done. */
  function beginItem(item: JsonObject): (done: JsonObject) => void {
    const previous_item_id = lastItem;
    lastItem = text(item['id']);
    send({ type: 'conversation.item.added', previous_item_id, item });
    return (done) => send({ type: 'conversation.item.done', previous_item_id, item: done });
  }

  function addItem(item: JsonObject): void {
    beginItem(item)(item);
  }

  function createItem(given: JsonObject): void {
    const item: JsonObject = { id: text(given['id']) || newId('item'), status: 'completed', ...given };
    if (given['type'] === 'function_call_output') {
      const name = callNames.get(text(given['call_id'])) ?? '';
      turns.push({ role: 'tool', name, result: text(given['output']) });
    } else {
      const said = list(given['content'])
        .map((part) => text(record(part)['text']) || text(record(part)['transcript']))
        .join('\n');
      turns.push(
        given['role'] === 'assistant'
          ? { role: 'assistant', text: said, calls: [] }
          : { role: 'user', text: said },
      );
    }
    addItem(item);
  }

  function commit(event: JsonObject): void {
    if (heard.length === 0) {
      fail('The input audio buffer is empty.', 'input_audio_buffer_commit_empty', event);
      return;
    }
    const id = newId('item');
    const bytes = heard.reduce((sum, { byteLength }) => sum + byteLength, 0);
    heard = [];
    send({ type: 'input_audio_buffer.committed', previous_item_id: lastItem, item_id: id });
    turns.push({ role: 'user', text: `a recording of ${bytes} bytes` });
    const content = [{ type: 'input_audio', transcript: null }];
    addItem({ id, type: 'message', status: 'completed', role: 'user', content });
  }

  function respond(given: JsonObject): void {
    const settings = { ...session, ...given };
    const reply = think(conversationOf(settings, model, turns));
    const id = newId('resp');
    const modalities = list(settings['output_modalities']);
    const base = {
      object: 'realtime.response',
      id,
      conversation_id: conversationId,
      output_modalities: modalities,
      max_output_tokens: settings['max_output_tokens'],
      audio: { output: { format, voice: 'alloy' } },
      metadata: null,
    };
    send({
      type: 'response.created',
      response: { ...base, status: 'in_progress', status_details: null, output: [], usage: null },
    });
    const isSpoken = modalities.includes('audio') && reply.calls.length === 0;
    const output = reply.calls.length > 0 ? callItems(id, reply) : [messageItem(id, reply, isSpoken)];
    send({
      type: 'response.done',
      response: {
        ...base,
        status: 'completed',
        status_details: null,
        output,
        usage: usageOf(reply, isSpoken),
      },
    });
  }

  function callItems(response_id: string, reply: Reply): JsonObject[] {
    const items: JsonObject[] = [];
    for (const [output_index, { name, arguments: given }] of reply.calls.entries()) {
      const call_id = `call_${randomId('base62', 16)}`;
      callNames.set(call_id, name);
      const begun = { id: newId('item'), type: 'function_call', status: 'in_progress', name, call_id };
      const place = { response_id, item_id: begun.id, output_index, call_id };
      const whole = JSON.stringify(given);
      send({
        type: 'response.output_item.added',
        response_id,
        output_index,
        item: { ...begun, arguments: '' },
      });
      const done = beginItem({ ...begun, arguments: '' });
      for (const delta of slices(whole, 3)) {
        send({
          type: 'response.function_call_arguments.delta',
          ...place,
          delta,
          obfuscation: obfuscation(),
        });
      }
      send({ type: 'response.function_call_arguments.done', ...place, name, arguments: whole });
      const item = { ...begun, status: 'completed', arguments: whole };
      done(item);
      send({ type: 'response.output_item.done', response_id, output_index, item });
      items.push(item);
    }
    turns.push({ role: 'assistant', text: '', calls: reply.calls.map(({ name }) => name) });
    return items;
  }

  function messageItem(response_id: string, reply: Reply, isSpoken: boolean): JsonObject {
    const begun = { id: newId('item'), type: 'message', status: 'in_progress', role: 'assistant' };
    const place = { response_id, item_id: begun.id, output_index: 0, content_index: 0 };
    send({
      type: 'response.output_item.added',
      response_id,
      output_index: 0,
      item: { ...begun, content: [] },
    });
    const done = beginItem({ ...begun, content: [] });
    // In the events of a part the kinds have shorter names than in the item.
    const part = (said: string): JsonObject =>
      isSpoken ? { type: 'audio', transcript: said } : { type: 'text', text: said };
    const content = (said: string): JsonObject => ({
      ...part(said),
      type: isSpoken ? 'output_audio' : 'output_text',
    });
    send({ type: 'response.content_part.added', ...place, part: part('') });
    for (const delta of slices(reply.text, 8)) {
      const name = isSpoken ? 'output_audio_transcript' : 'output_text';
      send({ type: `response.${name}.delta`, ...place, delta, obfuscation: obfuscation() });
      if (isSpoken) {
        const sound = Buffer.from(seededBytes(hash(delta), 480)).toString('base64');
        send({ type: 'response.output_audio.delta', ...place, delta: sound });
      }
    }
    if (isSpoken) {
      send({ type: 'response.output_audio.done', ...place });
      send({ type: 'response.output_audio_transcript.done', ...place, transcript: reply.text });
    } else {
      send({ type: 'response.output_text.done', ...place, text: reply.text });
    }
    send({ type: 'response.content_part.done', ...place, part: part(reply.text) });
    const item = { ...begun, status: 'completed', content: [content(reply.text)] };
    done(item);
    send({ type: 'response.output_item.done', response_id, output_index: 0, item });
    turns.push({ role: 'assistant', text: reply.text, calls: [] });
    return item;
  }

  function handle(event: JsonObject): void {
    switch (event['type']) {
      case 'session.update': {
        const { model: _model, id: _id, ...changes } = record(event['session']);
        Object.assign(session, changes);
        send({ type: 'session.updated', session });
        return;
      }
      case 'conversation.item.create':
        createItem(record(event['item']));
        return;
      case 'input_audio_buffer.append':
        heard.push(Buffer.from(text(event['audio']), 'base64'));
        return;
      case 'input_audio_buffer.clear':
        heard = [];
        send({ type: 'input_audio_buffer.cleared' });
        return;
      case 'input_audio_buffer.commit':
        commit(event);
        return;
      case 'response.create':
        respond(record(event['response']));
        return;
      default:
        fail(`There is no event '${text(event['type'])}'.`, 'invalid_value', event);
    }
  }

  return {
    start: () => send({ type: 'session.created', session }),
    message(data) {
      let event: JsonObject;
      try {
        event = record(JSON.parse(data.toString('utf8')));
      } catch {
        fail('The message is not JSON.', 'invalid_json', {});
        return;
      }
      handle(event);
    },
  };
}

function conversationOf(settings: JsonObject, model: string, turns: readonly Turn[]): Conversation {
  const choice = settings['tool_choice'];
  return {
    model,
    system: text(settings['instructions']),
    turns,
    tools: list(settings['tools']).map((given): Tool => {
      const tool = record(given);
      return {
        name: text(tool['name']),
        description: text(tool['description']),
        schema: record(tool['parameters']),
      };
    }),
    toolChoice: choice === 'none' || choice === 'required' ? choice : 'auto',
    parallel: true,
  };
}

function usageOf({ usage: { input, cached, output } }: Reply, isSpoken: boolean): JsonObject {
  return {
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    input_token_details: {
      text_tokens: input,
      audio_tokens: 0,
      image_tokens: 0,
      cached_tokens: cached,
      cached_tokens_details: { text_tokens: cached, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: isSpoken
      ? { text_tokens: Math.ceil(output / 3), audio_tokens: output - Math.ceil(output / 3) }
      : { text_tokens: output, audio_tokens: 0 },
  };
}
