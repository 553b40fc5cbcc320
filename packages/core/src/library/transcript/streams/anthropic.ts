import { at, number, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import { partOf } from '../parts.ts';
import type { ReadableAnswer } from '../turn.ts';

/** Messages of Anthropic: blocks by index, whose JSON inputs arrive as text. */
export function joinAnthropic(events: readonly unknown[]): ReadableAnswer {
  const message = new JoinedMessage();
  let role = 'assistant';
  let finish: string | undefined;
  for (const event of events) {
    const key = String(number(event, 'index') ?? 0);
    switch (text(event, 'type')) {
      case 'message_start':
        role = text(event, 'message', 'role') ?? role;
        break;
      case 'content_block_start': {
        const block = at(event, 'content_block');
        const type = text(block, 'type') ?? '';
        if (type.endsWith('tool_use'))
          message.addCall(key, { name: text(block, 'name'), id: text(block, 'id') });
        else if (type === 'text') message.addText('text', text(block, 'text') ?? '', key);
        else if (type === 'thinking') message.addText('reasoning', text(block, 'thinking') ?? '', key);
        else message.add(partOf(block));
        break;
      }
      case 'content_block_delta': {
        const delta = at(event, 'delta');
        message.addText('text', text(delta, 'text') ?? '', key);
        message.addText('reasoning', text(delta, 'thinking') ?? '', key);
        const json = text(delta, 'partial_json');
        if (json !== undefined) message.addCall(key, { arguments: json });
        break;
      }
      case 'message_delta':
        finish = text(event, 'delta', 'stop_reason') ?? finish;
        break;
      case undefined:
      default:
        break;
    }
  }
  const parts = message.parts();
  return { turns: parts.length === 0 ? [] : [{ role, parts }], finish: finish === undefined ? [] : [finish] };
}
