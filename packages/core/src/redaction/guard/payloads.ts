/** JSON inside a piece of a stream, and what is left of the piece. */
export interface Payloads {
  readonly values: readonly object[];
  /** Lines that carry no JSON. */
  readonly rest: string;
  /** Something began like JSON and was none: a piece of a longer one, perhaps. */
  readonly isCut: boolean;
}

/** JSON of `data:` lines, NDJSON lines and whole frames; a binary frame (AWS event stream) has one somewhere inside. */
export function payloadsOf(piece: string, isBinary: boolean): Payloads {
  if (isBinary) return payloadOfFrame(piece);
  const values: object[] = [];
  let rest = '';
  let isCut = false;
  let start = 0;
  while (start < piece.length) {
    const feed = piece.indexOf('\n', start);
    const end = feed === -1 ? piece.length : feed + 1;
    const from = jsonStart(piece, start, end);
    const value = from === -1 ? undefined : parse(piece.slice(from, end));
    if (value === undefined) {
      rest += start === 0 && end === piece.length ? piece : piece.slice(start, end);
      isCut ||= from !== -1;
    } else values.push(value);
    start = end;
  }
  return { values, rest, isCut };
}

function jsonStart(text: string, start: number, end: number): number {
  let at = text.startsWith('data:', start) ? start + 5 : start;
  while (at < end && text.charCodeAt(at) <= 0x20) at += 1;
  const code = text.charCodeAt(at);
  return at < end && (code === 0x7b || code === 0x5b) ? at : -1;
}

function payloadOfFrame(frame: string): Payloads {
  const from = frame.indexOf('{"');
  const to = frame.lastIndexOf('}');
  const value = from === -1 || to < from ? undefined : parse(frame.slice(from, to + 1));
  if (value === undefined) return { values: [], rest: frame, isCut: false };
  // Bedrock wraps the model's own event in base64.
  const { bytes } = value as { bytes?: unknown };
  const inner = typeof bytes === 'string' ? parse(Buffer.from(bytes, 'base64').toString('utf8')) : undefined;
  return { values: inner === undefined ? [value] : [value, inner], rest: frame.slice(0, from), isCut: false };
}

/** `[DONE]`, Markdown: an exception costs more than a look. */
const noList = /^\[[^\s"[\]{}\dtfn-]/;

export function parse(text: string): object | undefined {
  if (noList.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
