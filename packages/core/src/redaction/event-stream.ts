import { CutText } from './cut-text.ts';
import { redactDeltas } from './deltas.ts';
import { priority } from './span.ts';
import { redactPieces, redactText, type TextRules } from './text-scanner.ts';

/** Whether a media type is that of AWS event streams (Bedrock). */
export function isEventStream(contentType: string): boolean {
  return /^application\/vnd\.amazon\.eventstream/i.test(contentType);
}

/**
 * One message (Amazon Transcribe developer guide, "Event stream encoding"): total length and length of the headers, 32 bits each and
 * big-endian, CRC-32 of these eight bytes; headers; payload; CRC-32 of all before it.
 */
interface Frame {
  readonly start: number;
  readonly end: number;
  readonly headers: string;
  readonly payload: string;
}

const preludeLength = 12;
const shortestFrame = 16;

/**
 * Redacts the payloads of AWS event stream frames and writes lengths and checksums anew, so that clients still read them. Bedrock
 * puts the events of a model into base64 inside JSON; a secret spelled over them is found as in any stream. A frame that was cut
 * is redacted as text. A new frame goes to the piece in which the old one began.
 * @param body one character per byte.
 */
export function redactFrames(body: CutText, rules: TextRules): CutText {
  const whole = body.text;
  const frames = readFrames(whole);
  const rest = frames.at(-1)?.end ?? 0;
  const payloads = redactPayloads(
    frames.map(({ payload }) => payload),
    rules,
  );
  const edits = frames.flatMap((frame, index) => {
    const payload = payloads[index]!;
    const headers = redactHeaders(frame.headers, rules);
    if (payload === frame.payload && headers === frame.headers) return [];
    return [{ ...unranked, start: frame.start, end: frame.end, replacement: writeFrame(headers, payload) }];
  });
  const tail = whole.slice(rest);
  const redactedTail = tail === '' ? '' : redactText(tail, rules, { isBytes: true });
  if (redactedTail !== tail)
    edits.push({ ...unranked, start: rest, end: whole.length, replacement: redactedTail });
  return edits.length === 0 ? body : body.replace(edits, false);
}

/** Frames do not overlap. */
const unranked = { rank: priority.encoded };

function readFrames(text: string): Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start + shortestFrame <= text.length;) {
    const length = readUint32(text, start);
    const headersLength = readUint32(text, start + 4);
    const end = start + length;
    if (length < shortestFrame || end > text.length || headersLength > length - shortestFrame) break;
    const payloadStart = start + preludeLength + headersLength;
    frames.push({
      start,
      end,
      headers: text.slice(start + preludeLength, payloadStart),
      payload: text.slice(payloadStart, end - 4),
    });
    start = end;
  }
  return frames;
}

/** The events that frames carry, with those in base64 opened, redacted over all of them. */
function redactPayloads(payloads: readonly string[], rules: TextRules): readonly string[] {
  const opened = payloads.map((payload) => open(payload));
  const before = CutText.of(opened.map(({ event }) => event));
  let events = before;
  for (let pass = 0; pass < 4; pass += 1) {
    const last = events;
    events = redactPieces(redactDeltas(events, rules), rules, { isBytes: true, isFramed: true });
    if (events === last) break;
  }
  return payloads.map((payload, index) => {
    const event = events === before ? opened[index]!.event : events.piece(index);
    const closed = event === opened[index]!.event ? payload : opened[index]!.close(event);
    return opened[index]!.isWrapped ? redactText(closed, rules, { isBytes: true }) : closed;
  });
}

const wrapped = /^(\s*\{\s*"bytes"\s*:\s*")([A-Za-z0-9+/]+={0,2})(".*)$/s;

function open(payload: string): {
  readonly event: string;
  readonly isWrapped: boolean;
  close(event: string): string;
} {
  const match = wrapped.exec(payload);
  if (match === null) return { event: payload, isWrapped: false, close: (event) => event };
  const [, head, base64, tail] = match;
  return {
    event: Buffer.from(base64!, 'base64').toString('latin1'),
    isWrapped: true,
    close: (event) => `${head}${Buffer.from(event, 'latin1').toString('base64')}${tail}`,
  };
}

/** Sizes of the values of header types 0 to 9; 6 and 7 (bytes and strings) say their own. */
const valueSizes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const stringType = 7;

function redactHeaders(headers: string, rules: TextRules): string {
  let out = '';
  for (let at = 0; at < headers.length;) {
    const typeAt = at + 1 + headers.charCodeAt(at);
    const type = headers.charCodeAt(typeAt);
    const fixed = valueSizes[type];
    const valueAt = fixed === undefined ? typeAt + 3 : typeAt + 1;
    const size = fixed ?? headers.charCodeAt(typeAt + 1) * 256 + headers.charCodeAt(typeAt + 2);
    const end = valueAt + size;
    // Not as documented: left alone, the guard looks at it.
    if (!(end <= headers.length)) return headers;
    const value = headers.slice(valueAt, end);
    const redacted = type === stringType ? redactText(value, rules, { isBytes: true }) : value;
    out +=
      redacted === value
        ? headers.slice(at, end)
        : headers.slice(at, typeAt + 1) +
          String.fromCharCode(redacted.length >> 8, redacted.length & 255) +
          redacted;
    at = end;
  }
  return out;
}

function writeFrame(headers: string, payload: string): string {
  // Loaded when the first frame has to be written anew.
  const { crc32 } = process.getBuiltinModule('node:zlib');
  const frame = Buffer.alloc(preludeLength + headers.length + payload.length + 4);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(headers.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.write(headers + payload, preludeLength, 'latin1');
  frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
  return frame.toString('latin1');
}

function readUint32(text: string, at: number): number {
  return (
    text.charCodeAt(at) * 0x1_00_00_00 +
    text.charCodeAt(at + 1) * 0x1_00_00 +
    text.charCodeAt(at + 2) * 0x1_00 +
    text.charCodeAt(at + 3)
  );
}
