import type { Session } from '../model/session.ts';
import { stringAt, valueAt } from './json-access.ts';

/**
 * Whether a session ends in the middle of an answer: an OpenAI response that began (`response.created`) and was not done, or words of
 * Gemini's after which no turn was complete. Sessions that speak neither have no answers to be cut.
 */
export function endsInAnswer({ frames }: Session): boolean {
  const open = new Set<string>();
  let isTurnOpen = false;
  for (const { from, bytes } of frames) {
    if (from === 'client') continue;
    // Most frames are sound or pieces of text: they are not parsed.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (text.includes('"response.created"') || text.includes('"response.done"')) {
      const event = parse(text);
      const id = stringAt(event, 'response', 'id') ?? '';
      if (stringAt(event, 'type') === 'response.created') open.add(id);
      if (stringAt(event, 'type') === 'response.done') open.delete(id);
    } else if (text.includes('"serverContent"') || text.includes('"toolCall"')) {
      if (/"(?:turnComplete|interrupted)"\s*:\s*true|"toolCall"/.test(text)) isTurnOpen = false;
      else if (valueAt(parse(text), 'serverContent', 'modelTurn') !== undefined) isTurnOpen = true;
    }
  }
  return open.size > 0 || isTurnOpen;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
