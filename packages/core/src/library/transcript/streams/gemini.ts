import { at, list, number, text } from '../../json-reading.ts';
import { JoinedMessage } from '../joined-calls.ts';
import { partOf } from '../parts.ts';
import type { ReadableAnswer } from '../turn.ts';

/** Gemini: each event has whole parts; texts of one kind that follow each other are one text. */
export function joinGemini(events: readonly unknown[]): ReadableAnswer {
  const candidates = new Map<number, { role: string; message: JoinedMessage; finish: string | undefined }>();
  let blocked: string | undefined;
  for (const event of events) {
    blocked = text(event, 'promptFeedback', 'blockReason') ?? blocked;
    for (const candidate of list(event, 'candidates')) {
      const index = number(candidate, 'index') ?? 0;
      let known = candidates.get(index);
      if (known === undefined)
        candidates.set(index, (known = { role: 'model', message: new JoinedMessage(), finish: undefined }));
      known.finish = text(candidate, 'finishReason') ?? known.finish;
      known.role = text(candidate, 'content', 'role') ?? known.role;
      const parts = at(candidate, 'content', 'parts');
      for (const piece of Array.isArray(parts) ? parts : []) {
        const part = partOf(piece);
        if (part.kind === 'text' || part.kind === 'reasoning') known.message.addText(part.kind, part.text);
        else known.message.add(part);
      }
    }
  }
  const sorted = [...candidates].toSorted(([a], [b]) => a - b).map(([, candidate]) => candidate);
  const turns = sorted.map(({ role, message }) => ({ role, parts: message.parts() }));
  return {
    turns: turns.filter(({ parts }) => parts.length > 0),
    finish: blocked === undefined ? sorted.flatMap(({ finish }) => finish ?? []) : [`blocked (${blocked})`],
  };
}
