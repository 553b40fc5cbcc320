import { opcodes } from './frame-parser.ts';

/** One unmasked frame, as a server sends it (RFC 6455, section 5.2). */
export function writeFrame(opcode: number, payload: Uint8Array): Buffer {
  const { byteLength } = payload;
  const headLength = byteLength < 126 ? 2 : byteLength < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + byteLength);
  frame[0] = 0x80 | opcode;
  if (headLength === 2) frame[1] = byteLength;
  else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(byteLength, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(byteLength), 2);
  }
  frame.set(payload, headLength);
  return frame;
}

/** A close frame. Without a code it is empty; a reason is cut to what a control frame holds. */
export function writeClose(code?: number, reason = ''): Buffer {
  if (code === undefined) return writeFrame(opcodes.close, new Uint8Array(0));
  const text = Buffer.from(cutToBytes(reason, 123));
  const payload = Buffer.allocUnsafe(2 + text.byteLength);
  payload.writeUInt16BE(code, 0);
  payload.set(text, 2);
  return writeFrame(opcodes.close, payload);
}

/** The beginning of a text that takes at most so many bytes of UTF-8, with no character cut. */
export function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= limit) return text;
  let end = limit;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
