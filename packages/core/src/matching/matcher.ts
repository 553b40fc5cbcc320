import type { HeaderList } from '../model/headers.ts';
import type { MaskName } from '../normalize/mask.ts';

export type { MaskName };

/** A request as matching sees it: redacted, with its body. Incoming and recorded requests have the same shape. */
export interface MatchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/**
 * A rule of equality added to the key: called only for recordings whose key is already equal, or, with `match.by: []`, for
 * all of them. Must be pure and symmetric in meaning. Return a string to name the reason for a "no".
 */
export type Matcher = (incoming: MatchRequest, recorded: MatchRequest) => boolean | string;

export interface MatchOptions {
  /**
   * Parts that make the key. Default `['method', 'url', 'body']`. `'host'`, `'path'` and `'query'` are the parts of
   * `'url'`; `'header:<name>'` adds a header.
   */
  readonly by?: readonly MatchPart[];
  /** Not compared: JSON paths in the body (`$.metadata.*`, `messages.*.id`), query names (`?session`), form and multipart fields by name. */
  readonly ignore?: readonly string[];
  /** Compared by first-seen position: the first UUID on each side is "UUID 1". Names, or regular expressions of your own. */
  readonly mask?: readonly (MaskName | RegExp)[];
  /** Functions that must also agree. */
  readonly custom?: readonly Matcher[];
  /** What equal requests beyond the recorded number get: a miss (`'never'`, default) or the last answer again. */
  readonly repeat?: 'never' | 'last';
  /**
   * How sound that a client sends over a WebSocket is compared: by `'content'` (default), or only by its `'order'` among the
   * other frames, for sound that is captured anew each time.
   */
  readonly audio?: 'content' | 'order';
}

export type MatchPart = 'method' | 'url' | 'host' | 'path' | 'query' | 'body' | `header:${string}`;
