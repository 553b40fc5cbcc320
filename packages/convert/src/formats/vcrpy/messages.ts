import { fromText, jsonBody } from '../../reading/body.ts';
import type { Fields } from '../../reading/fields.ts';
import type { FoundSession } from '../../reading/found.ts';
import { numberOf, textOf } from '../../reading/text.ts';

/** The messages of a WebSocket connection: `kind: message` with `direction` and parsed `data`, `kind: close` at the end. */
export function readMessages(messages: readonly Fields[]): FoundSession {
  const close = messages.find((message) => textOf(message['kind']) === 'close');
  return {
    kind: 'session',
    where: 'the messages of the file',
    notes: ['json-retyped'],
    frames: messages
      .filter((message) => textOf(message['kind']) === 'message')
      .map((message) => ({
        direction: textOf(message['direction']) === 'sent' ? ('sent' as const) : ('received' as const),
        data:
          typeof message['data'] === 'string'
            ? fromText(message['data'])
            : jsonBody(message['data'] ?? null, 'it'),
      })),
    ...(close && { close: { code: numberOf(close['code']) ?? 1000, reason: textOf(close['reason']) ?? '' } }),
  };
}
