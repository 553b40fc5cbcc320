import { at, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import { readResponseObject } from '../response-object.ts';
import type { ReadableAnswer } from '../turn.ts';

const lastEvents = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);

/** The Responses API says everything once more at the end; only a stream that was cut is put together from its pieces. */
export function joinResponses(events: readonly unknown[]): ReadableAnswer {
  const last = events.findLast((event) => lastEvents.has(text(event, 'type') ?? ''));
  const whole = readResponseObject(at(last, 'response'));
  if (whole !== undefined && whole.turns.length > 0) return whole;
  const message = new JoinedMessage();
  for (const event of events) {
    const key = text(event, 'item_id') ?? '';
    const delta = text(event, 'delta') ?? '';
    switch (text(event, 'type')) {
      case 'response.output_text.delta':
        message.addText('text', delta, key);
        break;
      case 'response.refusal.delta':
        message.addText('refusal', delta, key);
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        message.addText('reasoning', delta, key);
        break;
      case 'response.output_item.added':
        if (text(event, 'item', 'type') === 'function_call')
          message.addCall(text(event, 'item', 'id') ?? '', {
            name: text(event, 'item', 'name'),
            id: text(event, 'item', 'call_id'),
          });
        break;
      case 'response.function_call_arguments.delta':
        message.addCall(key, { arguments: delta });
        break;
      case undefined:
      default:
        break;
    }
  }
  const parts = message.parts();
  return { turns: parts.length === 0 ? [] : [{ role: 'assistant', parts }], finish: whole?.finish ?? [] };
}
