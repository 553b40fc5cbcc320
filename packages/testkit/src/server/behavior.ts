import { ApiFailure } from './failure.ts';

/** How to misbehave. Every field stands alone; they combine (a slow gzip stream that is reset after three events). */
export interface Behavior {
  /** Answer with this error status, in the provider's own shape. */
  readonly fail?: number;
  /** `retry-after` of a scripted failure: seconds, or a date (sent as an HTTP date). */
  readonly retryAfter?: number | Date;
  /** Wait before the response headers, in ms. */
  readonly firstByteMs?: number;
  /** Wait before each event of a stream (before the body of anything else), in ms. */
  readonly delayMs?: number;
  readonly encoding?: Encoding;
  /** Cut the connection with a TCP reset: before the response headers, or after this many stream events. */
  readonly reset?: 'before-headers' | number;
  /** Close the connection politely (FIN) but too early: before the headers, or after this many stream events. */
  readonly hangUp?: 'before-headers' | number;
  /** Never answer; the connection stays open until the client gives up or the simulator closes. */
  readonly silent?: boolean;
  /** Report an error inside a 200 stream after this many events, in the provider's shape, and end it there. */
  readonly errorAfter?: number;
  /** Send only the first half of a body, and end the response as if it were whole: broken JSON. */
  readonly truncate?: boolean;
  /** Words the model says instead of its own. */
  readonly text?: string;
}

export const encodings = ['gzip', 'br', 'zstd', 'deflate'] as const;
export type Encoding = (typeof encodings)[number];

/** {@link Behavior} asked for by the request itself, plus how many equal requests it is for. */
export interface RequestedBehavior {
  readonly behavior: Behavior;
  /** From `x-sim-times`; `Infinity` when absent. */
  readonly times: number;
}

/**
 * Reads `x-sim-*` request headers: `fail: 429`, `retry-after: 1`, `first-byte: 50`, `delay: 20`, `encoding: br`, `reset`,
 * `reset-after: 3`, `hang-up`, `hang-up-after: 3`, `silent`, `error-after: 2`, `truncate`, `text: some words` (percent-encoded),
 * `times: 2`. Throws {@link ApiFailure} 400 for a value that makes no sense.
 */
export function requestedBehavior(headers: Readonly<Record<string, string>>): RequestedBehavior {
  const header = (name: string): string | undefined => headers[`x-sim-${name}`];
  const count = (name: string): number | undefined => {
    const value = header(name);
    if (value === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(value))
      throw new ApiFailure(400, `x-sim-${name} must be a number, not "${value}"`);
    return Number(value);
  };
  const encoding = header('encoding');
  if (encoding !== undefined && !isEncoding(encoding))
    throw new ApiFailure(400, `x-sim-encoding must be one of ${encodings.join(', ')}`);
  const text = header('text');
  const behavior: Behavior = defined({
    fail: count('fail'),
    retryAfter: count('retry-after'),
    firstByteMs: count('first-byte'),
    delayMs: count('delay'),
    encoding,
    reset: count('reset-after') ?? (header('reset') === undefined ? undefined : ('before-headers' as const)),
    hangUp:
      count('hang-up-after') ?? (header('hang-up') === undefined ? undefined : ('before-headers' as const)),
    silent: header('silent') === undefined ? undefined : true,
    errorAfter: count('error-after'),
    truncate: header('truncate') === undefined ? undefined : true,
    text: text === undefined ? undefined : decodeURIComponent(text),
  });
  return { behavior, times: count('times') ?? Infinity };
}

export function isEncoding(name: string): name is Encoding {
  return (encodings as readonly string[]).includes(name);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
