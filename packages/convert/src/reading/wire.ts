import { headerValue } from '@reel/core/engine';
import { Unreadable } from './body.ts';

/** An HTTP/1 message as it was on the wire. */
export interface WireMessage {
  readonly start: string;
  readonly headers: [string, string][];
  /** Without transfer coding. */
  readonly body: Uint8Array;
}

/** @throws Unreadable */
export function readWire(bytes: Uint8Array): WireMessage {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [end, gap] = headEnd(buffer);
  const [start = '', ...lines] = buffer.toString('latin1', 0, end).split(/\r?\n/);
  const headers: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  const body = buffer.subarray(end + gap);
  const isChunked = /\bchunked\b/i.test(headerValue(headers, 'transfer-encoding') ?? '');
  return { start, headers, body: (isChunked ? unchunk(body) : undefined) ?? body };
}

/** The first empty line. Some writers end the lines before it with LF and itself with CRLF. */
function headEnd(buffer: Buffer): readonly [end: number, gap: number] {
  for (let at = buffer.indexOf(0x0a); at !== -1; at = buffer.indexOf(0x0a, at + 1)) {
    const isEmpty = buffer[at + 1] === 0x0a ? 1 : buffer[at + 1] === 0x0d && buffer[at + 2] === 0x0a ? 2 : 0;
    if (isEmpty > 0)
      return [buffer[at - 1] === 0x0d ? at - 1 : at, isEmpty + (buffer[at - 1] === 0x0d ? 2 : 1)];
  }
  throw new Unreadable('its message has no end of headers');
}

/** A body without chunked framing; `undefined` when it has none although the header says so, which tools that took it off leave. */
function unchunk(body: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = body.indexOf('\n', at);
    if (lineEnd === -1) return undefined;
    const size = /^([0-9a-f]+)\s*(?:;.*)?\r?$/i.exec(body.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) return undefined;
    const length = Number.parseInt(size, 16);
    const from = lineEnd + 1;
    if (length === 0) return Buffer.concat(pieces);
    if (from + length > body.byteLength) return undefined;
    pieces.push(body.subarray(from, from + length));
    at = from + length + (body[from + length] === 0x0d ? 2 : 1);
  }
}
