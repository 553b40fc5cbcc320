import { toJson } from './to-json.ts';

/** The framing of an SSE stream whose events were stored without it. */
export interface EventFraming {
  readonly lineEnd: '\n' | '\r\n';
}

/** One SSE event. Text that spans lines gets a `data:` for each (WHATWG HTML, section 9.2.6). */
export function sseEvent(data: unknown, event: string | undefined, { lineEnd }: EventFraming): string {
  const text = typeof data === 'string' ? data : (toJson(data) ?? '');
  const lines = text.split('\n').map((line) => `data: ${line}${lineEnd}`);
  return `${event === undefined ? '' : `event: ${event}${lineEnd}`}${lines.join('')}${lineEnd}`;
}
