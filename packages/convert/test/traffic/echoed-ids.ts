import { mediaType, readResponse, type RecordedRequest } from '@reel/core/engine';
import type { Seen } from './clients.ts';

/**
 * An application that sends back what it was answered: the ids it saw while recording stand for those it sees in replay. Learned by
 * comparing the two answers value by value.
 */
export class EchoedIds {
  readonly #known = new Map<string, string>();

  learn(live: Seen, replayed: Seen): void {
    const [before, after] = [valuesOf(live), valuesOf(replayed)];
    if (before.length !== after.length) return;
    for (const [index, value] of before.entries()) {
      const other = after[index]!;
      if (value !== other && value.length >= 6 && !this.#known.has(value)) this.#known.set(value, other);
    }
  }

  rewrite(request: RecordedRequest): RecordedRequest {
    if (this.#known.size === 0) return request;
    const text = Buffer.from(request.body).toString('latin1');
    const body = this.#replace(text);
    return {
      ...request,
      url: this.#replace(request.url),
      body: body === text ? request.body : Buffer.from(body, 'latin1'),
    };
  }

  #replace(text: string): string {
    let replaced = text;
    for (const [from, to] of [...this.#known].toSorted(([a], [b]) => b.length - a.length))
      replaced = replaced.replaceAll(from, to);
    return replaced;
  }
}

/** All strings of the JSON documents in a body, in their order. */
function valuesOf(seen: Seen): string[] {
  const values: string[] = [];
  for (const [, literal] of jsonOf(seen).matchAll(/"((?:[^"\\]|\\.)*)"/g)) values.push(literal!);
  return values;
}

/** Between the messages of an AWS event stream are bytes that look like anything: only its events are looked at. */
function jsonOf({ status, headers, body }: Seen): string {
  if (mediaType(headers) !== 'application/vnd.amazon.eventstream') return body.toString('utf8');
  const { events } = readResponse({
    request: { method: 'POST', url: '', headers: [], body: new Uint8Array(0) },
    response: { status, headers },
    chunks: [{ bytes: body }],
    ending: { kind: 'end' },
  });
  return JSON.stringify(events);
}
