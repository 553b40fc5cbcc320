import { at, number, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import type { ReadableAnswer } from '../turn.ts';

/** Bedrock's ConverseStream: the kind of an event stands in a header of its frame. */
export function joinBedrock(events: readonly unknown[]): ReadableAnswer {
  const message = new JoinedMessage();
  let role = 'assistant';
  let finish: string | undefined;
  let error: string | undefined;
  for (const event of events) {
    const kind = text(event, 'bedrock') ?? '';
    const data = at(event, 'data');
    const key = String(number(data, 'contentBlockIndex') ?? 0);
    role = text(data, 'role') ?? role;
    finish = text(data, 'stopReason') ?? finish;
    const started = at(data, 'start', 'toolUse');
    if (started !== undefined)
      message.addCall(key, { name: text(started, 'name'), id: text(started, 'toolUseId') });
    message.addText('text', text(data, 'delta', 'text') ?? '', key);
    message.addText('reasoning', text(data, 'delta', 'reasoningContent', 'text') ?? '', key);
    const input = text(data, 'delta', 'toolUse', 'input');
    if (input !== undefined) message.addCall(key, { arguments: input });
    if (kind.endsWith('Exception')) error = `${kind}: ${text(data, 'message') ?? ''}`;
  }
  const parts = message.parts();
  return {
    turns: parts.length === 0 ? [] : [{ role, parts }],
    finish: finish === undefined ? [] : [finish],
    ...(error !== undefined && { error }),
  };
}
