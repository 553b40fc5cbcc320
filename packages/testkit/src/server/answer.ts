import type { Behavior } from './behavior.ts';

export type HeaderPair = readonly [name: string, value: string];

/** What a route answers with. Plain data: how it is written (encoding, delays, faults) is not the route's business. */
export type Answer = WholeAnswer | StreamAnswer;

interface AnswerHead {
  readonly status: number;
  /** Reason phrase; the standard one when absent. */
  readonly statusText?: string;
  readonly headers: readonly HeaderPair[];
  /** For routes that exist to misbehave; what the request or a script asks for goes first. */
  readonly behavior?: Behavior;
}

export interface WholeAnswer extends AnswerHead {
  readonly kind: 'whole';
  /** `undefined` sends no body at all (204). */
  readonly body: Buffer | undefined;
  /** Whether `content-length` is sent; otherwise the body is chunked, as behind the providers' proxies. */
  readonly sized?: boolean;
}

export interface StreamAnswer extends AnswerHead {
  readonly kind: 'stream';
  /** Written one by one, each with a socket write of its own. */
  readonly events: readonly (string | Buffer)[];
  /**
   * The event of this stream's protocol that reports an error, given how many events precede it; what a scripted
   * mid-stream error is written as.
   */
  readonly errorEvent?: (at: number) => string;
  readonly trailers?: readonly HeaderPair[];
}

type WholeOptions = Partial<Pick<WholeAnswer, 'status' | 'statusText' | 'headers' | 'behavior' | 'sized'>>;
type StreamOptions = Partial<Pick<StreamAnswer, 'headers' | 'behavior' | 'errorEvent' | 'trailers'>>;

export function json(body: unknown, options: WholeOptions & { indent?: number } = {}): WholeAnswer {
  const { indent, ...rest } = options;
  return bytes(Buffer.from(JSON.stringify(body, undefined, indent)), 'application/json', rest);
}

export function bytes(body: Buffer, contentType: string, options: WholeOptions = {}): WholeAnswer {
  const { headers = [], ...rest } = options;
  return { kind: 'whole', status: 200, ...rest, headers: [['content-type', contentType], ...headers], body };
}

/** A bare status, without a body. */
export function empty(status: number, headers: readonly HeaderPair[] = []): WholeAnswer {
  return { kind: 'whole', status, headers, body: undefined };
}

export function stream(
  events: readonly (string | Buffer)[],
  contentType: string,
  options: StreamOptions = {},
): StreamAnswer {
  const { headers = [], ...rest } = options;
  return {
    kind: 'stream',
    status: 200,
    ...rest,
    headers: [['content-type', contentType], ...headers],
    events,
  };
}

/** One server-sent event: `event:` line when named, `data:` line, blank line. `\r\n` line ends for Google and Perplexity. */
export function sse(data: unknown, options: { event?: string; newline?: '\n' | '\r\n' } = {}): string {
  const newline = options.newline ?? '\n';
  const payload = typeof data === 'string' ? data : JSON.stringify(data);
  const name = options.event === undefined ? '' : `event: ${options.event}${newline}`;
  return `${name}data: ${payload}${newline}${newline}`;
}
