/** A message of an AWS event stream. */
export interface EventMessage {
  /** Header `:event-type` or `:exception-type`: `contentBlockDelta`, `chunk`... */
  readonly type: string;
  readonly payload: Uint8Array;
}

const PRELUDE = 12;
const CHECKSUM = 4;
const STRING = 7;
/** Bytes after the type of a header whose length does not vary, by type. */
const fixedLengths: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

/**
 * Reads `application/vnd.amazon.eventstream` (docs.aws.amazon.com, "Event stream encoding"): length, length of the headers,
 * checksum, headers, payload, checksum. Stops at the first message that is cut or makes no sense; checksums are not looked at,
 * because whoever reads this wants to see what is there.
 */
export function readEventStream(bytes: Uint8Array): EventMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: EventMessage[] = [];
  let start = 0;
  while (start + PRELUDE + CHECKSUM <= bytes.byteLength) {
    const length = view.getUint32(start);
    const headers = view.getUint32(start + 4);
    const end = start + length;
    if (length < PRELUDE + CHECKSUM + headers || end > bytes.byteLength) break;
    const payloadStart = start + PRELUDE + headers;
    const named = readHeaders(bytes, view, start + PRELUDE, payloadStart);
    messages.push({
      type: named.get(':event-type') ?? named.get(':exception-type') ?? named.get(':error-code') ?? '',
      payload: bytes.subarray(payloadStart, end - CHECKSUM),
    });
    start = end;
  }
  return messages;
}

/** Headers whose value is a text. */
function readHeaders(bytes: Uint8Array, view: DataView, start: number, end: number): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = start; at < end;) {
    const nameEnd = at + 1 + view.getUint8(at);
    if (nameEnd >= end) break;
    const name = utf8(bytes, at + 1, nameEnd);
    const type = view.getUint8(nameEnd);
    const fixed = fixedLengths[type];
    if (fixed !== undefined) {
      at = nameEnd + 1 + fixed;
      continue;
    }
    if (nameEnd + 3 > end) break;
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + view.getUint16(nameEnd + 1);
    if (type === STRING && valueEnd <= end) headers.set(name, utf8(bytes, valueStart, valueEnd));
    at = valueEnd;
  }
  return headers;
}

function utf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
