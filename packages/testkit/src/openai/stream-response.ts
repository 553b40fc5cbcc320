import { tokenize } from '../brain/tokens.ts';
import { sse, stream, type Answer } from '../server/answer.ts';
import { list, record, text, type JsonObject } from '../server/json.ts';
import { obfuscation } from '../server/random-id.ts';

/** Tells a finished response as the typed events it would have grown by, numbered from 0. No `[DONE]`. */
export function streamResponse(response: JsonObject): Answer {
  const events: string[] = [];
  const emit = (type: string, payload: JsonObject): void => {
    events.push(sse({ type, ...payload, sequence_number: events.length }, { event: type }));
  };
  const begun = {
    ...response,
    status: 'in_progress',
    completed_at: null,
    incomplete_details: null,
    output: [],
    service_tier: 'auto',
    usage: null,
  };
  emit('response.created', { response: begun });
  emit('response.in_progress', { response: begun });
  for (const [output_index, item] of list(response['output']).map(record).entries()) {
    const place: Place = { item_id: text(item['id']), output_index };
    if (item['type'] === 'function_call') emitCall(emit, item, place);
    else if (item['type'] === 'reasoning') emitReasoning(emit, item, place);
    else emitMessage(emit, item, place);
    emit('response.output_item.done', { item, output_index });
  }
  emit(response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed', { response });
  return stream(events, 'text/event-stream; charset=utf-8', { errorEvent });
}

type Emit = (type: string, payload: JsonObject) => void;

interface Place extends JsonObject {
  readonly item_id: string;
  readonly output_index: number;
}

function emitCall(emit: Emit, item: JsonObject, { item_id, output_index }: Place): void {
  emit('response.output_item.added', {
    item: { ...item, status: 'in_progress', arguments: '' },
    output_index,
  });
  for (const delta of tokenize(text(item['arguments']))) {
    emit('response.function_call_arguments.delta', {
      delta,
      item_id,
      obfuscation: obfuscation(),
      output_index,
    });
  }
  emit('response.function_call_arguments.done', { arguments: item['arguments'], item_id, output_index });
}

function emitReasoning(emit: Emit, item: JsonObject, place: Place): void {
  emit('response.output_item.added', { item: { ...item, summary: [] }, output_index: place.output_index });
  for (const [summary_index, part] of list(item['summary']).map(record).entries()) {
    const at = { ...place, summary_index };
    emit('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } });
    for (const delta of tokenize(text(part['text']))) {
      emit('response.reasoning_summary_text.delta', { ...at, delta, obfuscation: obfuscation() });
    }
    emit('response.reasoning_summary_text.done', { ...at, text: part['text'] });
    emit('response.reasoning_summary_part.done', { ...at, part });
  }
}

function emitMessage(emit: Emit, item: JsonObject, { item_id, output_index }: Place): void {
  emit('response.output_item.added', { item: { ...item, status: 'in_progress', content: [] }, output_index });
  for (const [content_index, part] of list(item['content']).map(record).entries()) {
    emit('response.content_part.added', {
      content_index,
      item_id,
      output_index,
      part: { ...part, text: '' },
    });
    for (const delta of tokenize(text(part['text']))) {
      emit('response.output_text.delta', {
        content_index,
        delta,
        item_id,
        logprobs: [],
        obfuscation: obfuscation(),
        output_index,
      });
    }
    emit('response.output_text.done', {
      content_index,
      item_id,
      logprobs: [],
      output_index,
      text: part['text'],
    });
    emit('response.content_part.done', { content_index, item_id, output_index, part });
  }
}

function errorEvent(at: number): string {
  const error = {
    type: 'server_error',
    code: 'server_error',
    message: 'Something went wrong on the server (simulated).',
    param: null,
  };
  return sse({ type: 'error', error, sequence_number: at }, { event: 'error' });
}
