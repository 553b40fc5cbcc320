import type { Interaction } from '../model/interaction.ts';

/** A recorded answer, for tests: the body as text in one chunk, and what else matters. */
export function recorded(
  url: string,
  body: string,
  { type = 'application/json', status = 200 }: { readonly type?: string; readonly status?: number } = {},
): Interaction {
  return {
    request: { method: 'POST', url, headers: [], body: new Uint8Array() },
    response: { status, headers: type === '' ? [] : [['content-type', type]] },
    chunks: body === '' ? [] : [{ bytes: new Uint8Array(Buffer.from(body, 'utf8')) }],
    ending: { kind: 'end' },
  };
}

/** An SSE body: each item is one event, `[name, data]` or unnamed data; strings are sent as they are. */
export function eventStream(events: readonly unknown[], lineEnd = '\n'): string {
  return events
    .map((event) => {
      const [name, data] = Array.isArray(event) ? (event as [string, unknown]) : [undefined, event];
      const line = `data: ${typeof data === 'string' ? data : JSON.stringify(data)}${lineEnd}${lineEnd}`;
      return name === undefined ? line : `event: ${name}${lineEnd}${line}`;
    })
    .join('');
}
