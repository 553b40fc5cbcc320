import type { Frame } from '../model/session.ts';
import { toByteText } from './byte-text.ts';

/** The JSON of a frame as byte text; `undefined` for one that is none (sound, plain text). */
export function frameText({ bytes }: Frame): string | undefined {
  return bytes[0] === 0x7b ? toByteText(bytes) : undefined;
}
