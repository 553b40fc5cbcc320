const LF = 0x0a;
const CR = 0x0d;

/** How the body of a stream falls into pieces a reviewer can read. */
export type Framing = 'sse' | 'lines' | 'event-stream' | 'none';

const framings: ReadonlyMap<string, Framing> = new Map<string, Framing>([
  ['text/event-stream', 'sse'],
  ['application/x-ndjson', 'lines'],
  ['application/ndjson', 'lines'],
  ['application/jsonl', 'lines'],
  ['application/x-jsonlines', 'lines'],
  ['application/jsonlines', 'lines'],
  ['application/stream+json', 'lines'],
  ['application/vnd.amazon.eventstream', 'event-stream'],
]);

/** The framing of a media type (lower case, no parameters). */
export function framingOf(type: string): Framing {
  return framings.get(type) ?? 'none';
}

/** Cuts a whole body into its pieces. The concatenation of the pieces is the body, byte for byte; none is empty. */
export function splitBody(body: Uint8Array, framing: Framing): Uint8Array[] {
  if (body.byteLength === 0) return [];
  switch (framing) {
    case 'sse':
      return splitAfter(body, endOfSseEvent);
    case 'lines':
      return splitAfter(body, endOfLine);
    case 'event-stream':
      return splitAfter(body, endOfFrame);
    case 'none':
      return [body];
  }
}

/** `end(body, from)` gives the offset after the piece that starts at `from`. */
function splitAfter(body: Uint8Array, end: (body: Uint8Array, from: number) => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < body.byteLength;) {
    const to = end(body, from);
    pieces.push(body.subarray(from, to));
    from = to;
  }
  return pieces;
}

/**
 * An SSE event ends after an empty line; lines end with LF, CRLF or CR (WHATWG HTML, section 9.2.5). Further
 * empty lines belong to the event before them, so that no piece is mere white space.
 */
function endOfSseEvent(body: Uint8Array, from: number): number {
  let lineStart = from;
  for (let i = from; i < body.byteLength;) {
    const byte = body[i];
    if (byte !== LF && byte !== CR) {
      i++;
      continue;
    }
    const empty = i === lineStart;
    i = afterLineBreak(body, i);
    lineStart = i;
    if (empty && i > from) {
      while (i < body.byteLength && (body[i] === LF || body[i] === CR)) i = afterLineBreak(body, i);
      return i;
    }
  }
  return body.byteLength;
}

function afterLineBreak(body: Uint8Array, at: number): number {
  return body[at] === CR && body[at + 1] === LF ? at + 2 : at + 1;
}

function endOfLine(body: Uint8Array, from: number): number {
  const at = body.indexOf(LF, from);
  return at === -1 ? body.byteLength : at + 1;
}

/**
 * AWS event stream frames begin with their total length, 32 bits big-endian, prelude (12 bytes) and checksum (4) included
 * (Amazon Transcribe developer guide, "Event stream encoding"). A length that cannot be is not a frame: the rest stays one piece.
 */
function endOfFrame(body: Uint8Array, from: number): number {
  if (from + 4 > body.byteLength) return body.byteLength;
  const length = new DataView(body.buffer, body.byteOffset + from, 4).getUint32(0);
  return length >= 16 && from + length <= body.byteLength ? from + length : body.byteLength;
}
