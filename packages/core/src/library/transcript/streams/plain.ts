import { text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import type { ReadableAnswer } from '../turn.ts';

/** What an event of the simplest kind says: Cohere's first chat, and models on Bedrock (Titan, Llama, old Claude). */
export function plainText(event: unknown): string | undefined {
  const kind = text(event, 'event_type');
  if (kind !== undefined) return kind === 'text-generation' ? text(event, 'text') : undefined;
  return text(event, 'outputText') ?? text(event, 'generation') ?? text(event, 'completion');
}

/** Pieces of text, and a reason at the end. */
export function joinPlain(events: readonly unknown[]): ReadableAnswer {
  const message = new JoinedMessage();
  let finish: string | undefined;
  for (const event of events) {
    message.addText('text', plainText(event) ?? '');
    finish =
      text(event, 'finish_reason') ?? text(event, 'completionReason') ?? text(event, 'stop_reason') ?? finish;
  }
  const parts = message.parts();
  return {
    turns: parts.length === 0 ? [] : [{ role: 'assistant', parts }],
    finish: finish === undefined ? [] : [finish],
  };
}
