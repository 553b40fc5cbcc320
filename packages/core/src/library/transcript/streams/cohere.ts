import { at, number, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import type { ReadableAnswer } from '../turn.ts';

/** Cohere's second chat API. */
export function joinCohere(events: readonly unknown[]): ReadableAnswer {
  const message = new JoinedMessage();
  let finish: string | undefined;
  for (const event of events) {
    const said = at(event, 'delta', 'message');
    message.addText('reasoning', text(said, 'tool_plan') ?? text(said, 'content', 'thinking') ?? '');
    message.addText('text', text(said, 'content', 'text') ?? '');
    const asked = at(said, 'tool_calls');
    if (asked !== undefined) {
      message.addCall(String(number(event, 'index') ?? 0), {
        name: text(asked, 'function', 'name'),
        id: text(asked, 'id'),
        arguments: text(asked, 'function', 'arguments'),
      });
    }
    finish = text(event, 'delta', 'finish_reason') ?? finish;
  }
  const parts = message.parts();
  return {
    turns: parts.length === 0 ? [] : [{ role: 'assistant', parts }],
    finish: finish === undefined ? [] : [finish],
  };
}
