import { ReelError } from '../../errors.ts';

/** What a parser finds in the bytes of one direction of a WebSocket (RFC 6455, section 5). */
export type SocketEvent =
  /** A whole message: its fragments are joined, its mask is off. */
  | { readonly kind: 'message'; readonly bytes: Uint8Array; readonly isBinary: boolean }
  /** A close frame. */
  | { readonly kind: 'close'; readonly code?: number; readonly reason?: string }
  | { readonly kind: 'ping' | 'pong'; readonly bytes: Uint8Array };

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** More in one message is no conversation any more, and would fill the memory. */
const longestMessage = 256 * 1024 * 1024;

/**
 * Reads one direction of a WebSocket. Extensions are never negotiated where Reel listens, so there is no compression to undo.
 * Bytes may come cut anywhere.
 */
export class FrameParser {
  #pending: Buffer[] = [];
  #length = 0;
  #fragments: Buffer[] = [];
  #fragmentsLength = 0;
  #messageOpcode: number | undefined;

  /** @throws REEL_UNSUPPORTED_PROTOCOL when the bytes are no WebSocket frames. */
  push(bytes: Uint8Array): SocketEvent[] {
    this.#pending.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#length += bytes.byteLength;
    const events: SocketEvent[] = [];
    for (;;) {
      const event = this.#next();
      if (event === undefined) return events;
      if (event !== 'partial') events.push(event);
    }
  }

  #next(): SocketEvent | 'partial' | undefined {
    if (this.#length < 2) return undefined;
    const start = this.#peek(Math.min(this.#length, 14));
    const first = start[0]!;
    const second = start[1]!;
    if ((first & 0x70) !== 0) throw broken('a frame uses an extension that was not agreed on');
    const isMasked = (second & 0x80) !== 0;
    let headLength = 2;
    let length = second & 0x7f;
    if (length === 126) {
      headLength = 4;
      if (start.length < headLength) return undefined;
      length = start.readUInt16BE(2);
    } else if (length === 127) {
      headLength = 10;
      if (start.length < headLength) return undefined;
      length = Number(start.readBigUInt64BE(2));
    }
    if (length + this.#fragmentsLength > longestMessage) throw broken('a message is longer than 256 MB');
    const maskAt = headLength;
    if (isMasked) headLength += 4;
    if (this.#length < headLength + length) return undefined;
    const frame = this.#take(headLength + length);
    const payload = frame.subarray(headLength);
    if (isMasked) unmask(payload, frame.subarray(maskAt, headLength));
    return this.#frame(first & 0x0f, (first & 0x80) !== 0, payload);
  }

  #frame(opcode: number, isFinal: boolean, payload: Buffer): SocketEvent | 'partial' {
    switch (opcode) {
      case opcodes.close:
        return closeEvent(payload);
      case opcodes.ping:
        return { kind: 'ping', bytes: payload };
      case opcodes.pong:
        return { kind: 'pong', bytes: payload };
      case opcodes.text:
      case opcodes.binary:
        if (this.#messageOpcode !== undefined) throw broken('a message begins inside another one');
        if (isFinal) return { kind: 'message', bytes: payload, isBinary: opcode === opcodes.binary };
        this.#messageOpcode = opcode;
        break;
      case opcodes.continuation:
        if (this.#messageOpcode === undefined) throw broken('a message goes on that has not begun');
        break;
      default:
        throw broken(`there is no opcode ${opcode}`);
    }
    this.#fragments.push(payload);
    this.#fragmentsLength += payload.byteLength;
    if (!isFinal) return 'partial';
    const bytes = Buffer.concat(this.#fragments);
    const isBinary = this.#messageOpcode === opcodes.binary;
    this.#fragments = [];
    this.#fragmentsLength = 0;
    this.#messageOpcode = undefined;
    return { kind: 'message', bytes, isBinary };
  }

  /** The first bytes, without taking them. Joins pieces only when the head of a frame is cut. */
  #peek(length: number): Buffer {
    if (this.#pending[0]!.byteLength < length) this.#pending = [Buffer.concat(this.#pending)];
    return this.#pending[0]!.subarray(0, length);
  }

  /** A copy: unmasking writes into it, and what it was cut from belongs to the transport. */
  #take(length: number): Buffer {
    const taken = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const piece = this.#pending[0]!;
      const part = Math.min(piece.byteLength, length - filled);
      piece.copy(taken, filled, 0, part);
      filled += part;
      if (part === piece.byteLength) this.#pending.shift();
      else this.#pending[0] = piece.subarray(part);
    }
    this.#length -= length;
    return taken;
  }
}

function closeEvent(payload: Buffer): SocketEvent {
  if (payload.byteLength < 2) return { kind: 'close' };
  const code = payload.readUInt16BE(0);
  const reason = payload.toString('utf8', 2);
  return { kind: 'close', code, ...(reason !== '' && { reason }) };
}

function unmask(payload: Buffer, mask: Buffer): void {
  for (let i = 0; i < payload.byteLength; i++) payload[i]! ^= mask[i & 3]!;
}

function broken(what: string): ReelError {
  return new ReelError('REEL_UNSUPPORTED_PROTOCOL', {
    what: `the connection was upgraded to a WebSocket, but does not speak it: ${what}`,
    fix: 'add the host to `passthrough`',
  });
}
