/** A stretch of a body that should be one JSON document. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the JSON documents of a body are: the whole body, the data of SSE events, or the lines of NDJSON. Says nothing about
 * whether they are valid. The body decides, not its content type: providers label both wrongly.
 *
 * Data that a server spread over several `data:` lines is several stretches, none of them valid alone, and so stays
 * untouched: no known provider does that with JSON.
 */
export function jsonDocuments(text: string): Stretch[] {
  const first = firstVisible(text);
  if (first === text.length) return [];
  const opens = text[first] === '{' || text[first] === '[';
  if (opens && isJson(text)) return [{ start: 0, end: text.length }];
  const stretches: Stretch[] = [];
  let start = 0;
  while (start < text.length) {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 0x0a && text.charCodeAt(end) !== 0x0d) end++;
    // One server was seen to put a space before the field name.
    const field = text[start] === ' ' ? start + 1 : start;
    const from = text.startsWith('data:', field) ? field + 5 : opens ? start : end;
    if (from < end) stretches.push({ start: from, end });
    start = end + 1;
  }
  return stretches;
}

/** After the white space that some gateways send while a model is busy, and a byte order mark (as bytes). */
function firstVisible(text: string): number {
  let i = text.startsWith('\u00EF\u00BB\u00BF') ? 3 : 0;
  while (i < text.length && text.charCodeAt(i) <= 0x20) i++;
  return i;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
