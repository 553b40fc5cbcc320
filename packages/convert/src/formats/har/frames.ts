import { fromText } from '../../reading/body.ts';
import { fieldsOf } from '../../reading/fields.ts';
import type { FoundSession } from '../../reading/found.ts';
import { textOf, numberOf } from '../../reading/text.ts';

/** The WebSocket messages that Chrome and Playwright add to an entry; binary ones (opcode 2) are base64. */
export function readFrames(
  frames: readonly unknown[],
  handshake: Omit<FoundSession, 'kind' | 'frames'>,
): FoundSession {
  return {
    kind: 'session',
    ...handshake,
    frames: frames.map((frame) => {
      const fields = fieldsOf(frame) ?? {};
      const text = textOf(fields['data']) ?? '';
      const isBinary = numberOf(fields['opcode']) === 2;
      const seconds = numberOf(fields['time']);
      return {
        direction: textOf(fields['type']) === 'send' ? 'sent' : 'received',
        data: isBinary ? new Uint8Array(Buffer.from(text, 'base64')) : fromText(text),
        isBinary,
        ...(seconds !== undefined && { time: seconds * 1000 }),
      };
    }),
  };
}
