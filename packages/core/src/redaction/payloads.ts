/** One JSON text inside a body: the data of an SSE event, an NDJSON line, a frame, or a whole array that was streamed. */
export interface Payload {
  readonly start: number;
  readonly end: number;
}

/**
 * Gets each payload in order.
 * @param isSure `false` where it may as well be several lines of JSON: they come by themselves when the answer is `false`, "no JSON".
 */
type Read = (start: number, end: number, isSure: boolean) => boolean;

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Where JSON stands in a body: `data:` lines of SSE, lines of NDJSON, pieces that are JSON objects by themselves (WebSocket frames have
 * no line breaks between them). A body that is one array (Gemini without SSE) is one payload, and so is a `whole` document.
 * @param ends where the pieces of the text end.
 */
export function eachPayload(text: string, ends: readonly number[], whole: boolean, read: Read): void {
  if (whole || /^\s*\[/.test(text)) {
    read(0, text.length, true);
    return;
  }
  let from = 0;
  let pending = 0;
  let feed = -1;
  for (const to of ends) {
    if (isObject(text, from, to)) {
      eachLine(text, pending, from, read);
      // Searched for once, not again from each frame.
      if (feed < from) feed = feedFrom(text, from);
      // A pretty-printed object, or several of them in lines.
      if (!read(from, to, feed >= to)) if (feed < to) eachLine(text, from, to, read);
      pending = to;
    }
    from = to;
  }
  eachLine(text, pending, text.length, read);
}

function isObject(text: string, from: number, to: number): boolean {
  if (from >= to || text.charCodeAt(from) !== OPEN_BRACE) return false;
  let end = to - 1;
  while (text.charCodeAt(end) <= 0x20) end -= 1;
  return text.charCodeAt(end) === CLOSE_BRACE;
}

function feedFrom(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed === -1 ? text.length : feed;
}

function eachLine(text: string, from: number, to: number, read: Read): void {
  let start = from;
  while (start < to) {
    const feed = text.indexOf('\n', start);
    const end = feed === -1 || feed > to ? to : feed;
    if (text.startsWith('data:', start)) {
      const json = text.charCodeAt(start + 5) === 0x20 ? start + 6 : start + 5;
      const code = text.charCodeAt(json);
      // What ends most streams is no JSON: an exception for each would cost more than all the rest.
      if (code === OPEN_BRACE || (code === 0x5b && !text.startsWith('[DONE]', json))) read(json, end, true);
    } else if (text.charCodeAt(start) === OPEN_BRACE) read(start, end, true);
    start = end + 1;
  }
}
