import type { StreamEvent } from './provider.ts';

const preludeLength = 12;
const checksumLength = 4;
/** Type of a header whose value is a text, and the lengths of the values of the other types (`undefined`: told by two bytes). */
const textType = 7;
const valueLengths: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

/**
 * The messages of an AWS event stream (docs.aws.amazon.com, "Event stream encoding"), named by `:event-type`, or by
 * `:exception-type` when the stream broke. What a model said stands in base64 inside `chunk` messages: it is opened. Stops where the
 * stream was cut.
 */
export function readFrames(bytes: Uint8Array): StreamEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: StreamEvent[] = [];
  for (let start = 0; start + preludeLength + checksumLength <= bytes.byteLength;) {
    const end = start + view.getUint32(start);
    const payload = start + preludeLength + view.getUint32(start + 4);
    if (end > bytes.byteLength || payload > end - checksumLength) break;
    const event = eventName(view, start + preludeLength, payload);
    const data = opened(parse(textAt(view, payload, end - checksumLength)));
    events.push(event === undefined ? { data } : { event, data });
    start = end;
  }
  return events;
}

function eventName(view: DataView, from: number, end: number): string | undefined {
  for (let at = from; at + 2 < end;) {
    const nameEnd = at + 1 + view.getUint8(at);
    const type = nameEnd < end ? view.getUint8(nameEnd) : -1;
    const fixed = valueLengths[type];
    if (fixed === undefined && nameEnd + 3 > end) return undefined;
    const value = nameEnd + (fixed === undefined ? 3 : 1);
    const next = value + (fixed ?? view.getUint16(nameEnd + 1));
    const name = textAt(view, at + 1, nameEnd);
    if (type === textType && next <= end && (name === ':event-type' || name === ':exception-type'))
      return textAt(view, value, next);
    at = next;
  }
  return undefined;
}

function textAt(view: DataView, start: number, end: number): string {
  return Buffer.from(view.buffer, view.byteOffset + start, end - start).toString('utf8');
}

function opened(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('bytes' in payload)) return payload;
  return typeof payload.bytes === 'string'
    ? parse(Buffer.from(payload.bytes, 'base64').toString('utf8'))
    : payload;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
