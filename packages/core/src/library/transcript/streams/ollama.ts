import { at, list, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import { call } from '../parts.ts';
import type { ReadableAnswer } from '../turn.ts';

/** Ollama's own API: `message` (chat) or `response` (generate) in each line, calls whole. */
export function joinOllama(events: readonly unknown[]): ReadableAnswer {
  const message = new JoinedMessage();
  let role = 'assistant';
  let finish: string | undefined;
  for (const event of events) {
    const piece = at(event, 'message');
    role = text(piece, 'role') ?? role;
    message.addText('reasoning', text(piece, 'thinking') ?? text(event, 'thinking') ?? '');
    message.addText('text', text(piece, 'content') ?? text(event, 'response') ?? '');
    for (const asked of list(piece, 'tool_calls'))
      message.add(
        call(text(asked, 'function', 'name'), text(asked, 'id'), at(asked, 'function', 'arguments')),
      );
    finish = text(event, 'done_reason') ?? finish;
  }
  const parts = message.parts();
  return { turns: parts.length === 0 ? [] : [{ role, parts }], finish: finish === undefined ? [] : [finish] };
}
