import { TextDecoder } from 'node:util';
import { createParser } from 'eventsource-parser';
import { joinChunks } from '../model/chunk.ts';
import { mediaType } from '../model/headers.ts';
import type { Interaction } from '../model/interaction.ts';
import { readFrames } from './aws-frames.ts';
import { pathOf } from './payloads.ts';
import type { ReadableResponse, StreamEvent } from './provider.ts';

/**
 * A recorded response, parsed: one JSON document, or the events of an SSE, NDJSON, AWS or Gemini array stream, or neither
 * (binary, text, a body cut in the middle). Never throws. The body decides and not its label: providers send JSON
 * errors as `text/event-stream` and streams as `application/json`. Status 0 when no response arrived.
 */
export function readResponse(interaction: Interaction): ReadableResponse {
  const { request, response } = interaction;
  const head = { url: request.url, status: response?.status ?? 0, headers: response?.headers ?? [] };
  if (response === undefined) return head;
  const type = mediaType(response.headers);
  if (/^(?:audio|image|video|font)\//.test(type)) return head;

  const bytes = joinChunks(interaction.chunks);
  if (type === 'application/vnd.amazon.eventstream') return { ...head, events: readFrames(bytes) };
  const text = new TextDecoder().decode(bytes);
  const document = parse(text);
  if (document.ok) {
    // What `streamGenerateContent` sends without `alt=sse`: the elements are the events.
    if (Array.isArray(document.value) && isGeminiStream(request.url))
      return { ...head, events: unnamed(document.value) };
    return { ...head, json: document.value };
  }
  if (type.includes('event-stream') || /^\s*(?:data|event|id|retry)?:/.test(text)) {
    return { ...head, events: parseServerSentEvents(text) };
  }
  if (isGeminiStream(request.url) && /^\s*\[/.test(text))
    return { ...head, events: unnamed(completeElements(text)) };
  const lines = parseLines(text);
  return lines === undefined ? head : { ...head, events: unnamed(lines) };
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function isGeminiStream(url: string): boolean {
  return pathOf(url).endsWith(':streamGenerateContent');
}

function unnamed(values: readonly unknown[]): StreamEvent[] {
  return values.map((data) => ({ data }));
}

function parseServerSentEvents(text: string): StreamEvent[] {
  const events: StreamEvent[] = [];
  const parser = createParser({
    onEvent({ event, data }) {
      const parsed = parse(data);
      const value = parsed.ok ? parsed.value : data;
      events.push(event === undefined ? { data: value } : { event, data: value });
    },
  });
  // The parser takes a byte order mark only at its start, and the last event of some servers lacks its blank line.
  parser.feed(text.endsWith('\n') ? text : `${text}\n`);
  parser.feed('\n');
  return events;
}

/**
 * NDJSON: every line but the last must be JSON; the last may have been cut. `undefined` for other text.
 */
function parseLines(text: string): unknown[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    const parsed = parse(line);
    if (parsed.ok) values.push(parsed.value);
    else if (index === 0 || index < lines.length - 1) return undefined;
  }
  return values.length > 0 ? values : undefined;
}

/** The elements of a JSON array that was cut: Google writes each on lines of its own, with the comma at a line's start. */
function completeElements(text: string): unknown[] {
  const cut = text.lastIndexOf('\n,');
  const parsed = cut === -1 ? parse('[]') : parse(`${text.slice(0, cut)}]`);
  const whole = parse(`${text}]`);
  if (whole.ok && Array.isArray(whole.value)) return whole.value;
  return parsed.ok && Array.isArray(parsed.value) ? parsed.value : [];
}
