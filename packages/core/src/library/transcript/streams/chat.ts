import { at, list, number, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import { partsOf } from '../parts.ts';
import type { ReadableAnswer } from '../turn.ts';

/** Chat completions and completions: pieces by choice, calls by their index. */
export function joinChat(events: readonly unknown[]): ReadableAnswer {
  const choices = new Map<number, { role: string; message: JoinedMessage; finish: string | undefined }>();
  for (const event of events) {
    for (const choice of list(event, 'choices')) {
      const index = number(choice, 'index') ?? 0;
      let known = choices.get(index);
      if (known === undefined)
        choices.set(index, (known = { role: 'assistant', message: new JoinedMessage(), finish: undefined }));
      known.finish = text(choice, 'finish_reason') ?? known.finish;
      const delta = at(choice, 'delta') ?? at(choice, 'message');
      known.role = text(delta, 'role') || known.role;
      known.message.addText('reasoning', text(delta, 'reasoning_content') ?? text(delta, 'reasoning') ?? '');
      known.message.addText('refusal', text(delta, 'refusal') ?? '');
      known.message.addText('text', text(choice, 'text') ?? text(delta, 'content') ?? '');
      // Some servers stream lists of pieces.
      for (const part of partsOf(list(delta, 'content'))) {
        if (part.kind === 'text' || part.kind === 'reasoning') known.message.addText(part.kind, part.text);
        else known.message.add(part);
      }
      for (const [position, asked] of list(delta, 'tool_calls').entries()) {
        known.message.addCall(String(number(asked, 'index') ?? text(asked, 'id') ?? position), {
          name: text(asked, 'function', 'name'),
          id: text(asked, 'id'),
          arguments: text(asked, 'function', 'arguments'),
        });
      }
    }
  }
  const sorted = [...choices].toSorted(([a], [b]) => a - b).map(([, choice]) => choice);
  return {
    turns: sorted.map(({ role, message }) => ({ role, parts: message.parts() })),
    finish: sorted.flatMap(({ finish }) => finish ?? []),
  };
}
