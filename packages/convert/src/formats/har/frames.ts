import { fromText } from '../../reading/body.ts';
import { fieldsOf } from '../../reading/fields.ts';
import type { FoundSession } from '../../reading/found.ts';
import { textOf, numberOf } from '../../reading/text.ts';

/** The WebSocket messages that Chrome and Playwright add to an entry; binary ones (opcode 2) are base64. */
export function readFrames(url: string, frames: readonly unknown[], where: string): FoundSession {
  return {
    kind: 'session',
    where,
    url,
    frames: frames.map((frame) => {
      const fields = fieldsOf(frame) ?? {};
      const text = textOf(fields['data']) ?? '';
      return {
        direction: textOf(fields['type']) === 'send' ? 'sent' : 'received',
        data: numberOf(fields['opcode']) === 2 ? new Uint8Array(Buffer.from(text, 'base64')) : fromText(text),
      };
    }),
  };
}
