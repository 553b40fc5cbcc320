/** One JSON text inside a body: the data of an SSE event, an NDJSON line, a frame, or a whole array that was streamed. */
export interface Payload {
  readonly start: number;
  readonly end: number;
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Where JSON stands in a body: `data:` lines of SSE, lines of NDJSON, pieces that are JSON objects by themselves (WebSocket frames have
 * no line breaks between them). A body that is one array (Gemini without SSE) is one payload, and so is a `whole` document.
 */
export function* payloadsOf(pieces: readonly string[], text: string, whole: boolean): Generator<Payload> {
  if (whole || /^\s*\[/.test(text)) {
    yield { start: 0, end: text.length };
    return;
  }
  let from = 0;
  let pending = 0;
  for (const piece of pieces) {
    const to = from + piece.length;
    if (isObject(piece)) {
      yield* linesOf(text, pending, from);
      if (piece.includes('\n')) yield* objectOrLines(text, from, to);
      else yield { start: from, end: to };
      pending = to;
    }
    from = to;
  }
  yield* linesOf(text, pending, text.length);
}

function isObject(piece: string): boolean {
  if (piece.charCodeAt(0) !== OPEN_BRACE) return false;
  let end = piece.length - 1;
  while (piece.charCodeAt(end) <= 0x20) end -= 1;
  return piece.charCodeAt(end) === CLOSE_BRACE;
}

/** A pretty-printed object, or several of them in lines. */
function* objectOrLines(text: string, start: number, end: number): Generator<Payload> {
  try {
    JSON.parse(text.slice(start, end));
    yield { start, end };
  } catch {
    yield* linesOf(text, start, end);
  }
}

function* linesOf(text: string, from: number, to: number): Generator<Payload> {
  let start = from;
  while (start < to) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 || feed > to ? to : feed;
    if (text.startsWith('data:', start)) {
      const json = text.charCodeAt(start + 5) === 0x20 ? start + 6 : start + 5;
      const code = text.charCodeAt(json);
      if (code === OPEN_BRACE || code === 0x5b) yield { start: json, end };
    } else if (text.charCodeAt(start) === OPEN_BRACE) yield { start, end };
    start = end + 1;
  }
}
