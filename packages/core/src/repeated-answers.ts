import type { ExchangeHead } from './interception/transport.ts';
import type { MatchOptions } from './matching/matcher.ts';
import { headerValue } from './model/headers.ts';
import type { Reply } from './model/reply.ts';

/** A recording that answers again. */
export interface RepeatedAnswer {
  readonly index: number;
  readonly reply: Reply;
}

/** So many different requests are remembered, and bodies up to this length in bytes. */
const maxCount = 1000;
const maxBody = 64 * 1024;

/**
 * Requests that are equal byte for byte to one that already got the last recording of its kind: with `repeat: 'last'` all of them get
 * it, and neither redacting, nor matching, nor decoding has to be done again. A load test through the proxy asks nothing else.
 */
export class RepeatedAnswers {
  readonly #answers = new Map<string, RepeatedAnswer>();

  /** `undefined` where more than URL and body decides, or nothing repeats. */
  static for({ by, custom, repeat }: MatchOptions): RepeatedAnswers | undefined {
    const isByBody = by === undefined || !by.some((part) => part.startsWith('header'));
    const isPlain = isByBody && (custom === undefined || custom.length === 0);
    return repeat === 'last' && isPlain ? new RepeatedAnswers() : undefined;
  }

  get(head: ExchangeHead, body: Uint8Array): RepeatedAnswer | undefined {
    if (this.#answers.size === 0 || body.byteLength > maxBody) return undefined;
    return this.#answers.get(keyOf(head, body));
  }

  set(head: ExchangeHead, body: Uint8Array, answer: RepeatedAnswer): void {
    if (body.byteLength > maxBody) return;
    if (this.#answers.size >= maxCount) this.#answers.clear();
    this.#answers.set(keyOf(head, body), answer);
  }
}

function keyOf({ method, url, headers }: ExchangeHead, body: Uint8Array): string {
  const type = headerValue(headers, 'content-type') ?? '';
  const encoding = headerValue(headers, 'content-encoding') ?? '';
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return `${method} ${url}\n${type}\n${encoding}\n${bytes.toString('latin1')}`;
}
