import type { Frame } from '../model/session.ts';
import { isDistinctive } from '../normalize/generated-id.ts';
import type { IgnoredPaths } from '../normalize/ignored-paths.ts';
import type { Mask } from '../normalize/mask.ts';
import type { MatchOptions } from './matcher.ts';
import { compileRules } from './rules.ts';

/**
 * Compares what a client sends in a WebSocket session with what it sent when it was recorded, and gives what the server answered in
 * terms of the client of today. One per session: it remembers which id of today stands for which on tape.
 */
export interface FrameMatcher {
  /** Whether a frame of the client's, redacted, says what the recorded one did. Learns the ids the client made up, if so. */
  matches(live: Pick<Frame, 'bytes' | 'isBinary'>, recorded: Frame): boolean;
  /** A recorded frame of the server's with the client's ids of today. Notes the ids the server made up. */
  echo(recorded: Frame): Frame;
}

/** @throws REEL_INVALID_OPTION */
export function createFrameMatcher(options: MatchOptions): FrameMatcher {
  const { ignored, mask } = compileRules(options);
  return new SessionFrames(ignored.paths, mask, options.audio === 'order');
}

/** Fields that name something: `event_id`, `previous_item_id`, `callId`, `id`. */
const idKey = /(?:^|_)ids?$|[a-z]Ids?$/;
/** Fields that say when something was: never the same twice. */
const timeKey = /(?:^|_)(?:timestamp|ts|at)$|[a-z](?:Timestamp|At)$/;
const placeholder = /\[redacted:[^\]]*\]/;

type Ids = Map<string | number, string | number>;

class SessionFrames implements FrameMatcher {
  readonly #ignored: IgnoredPaths | undefined;
  readonly #mask: Mask | undefined;
  readonly #isAudioFree: boolean;
  /** Ids of the client: on tape to today's, and back. */
  readonly #today: Ids = new Map();
  readonly #onTape: Ids = new Map();
  readonly #ofServer = new Set<string>();

  constructor(ignored: IgnoredPaths | undefined, mask: Mask | undefined, isAudioFree: boolean) {
    this.#ignored = ignored;
    this.#mask = mask;
    this.#isAudioFree = isAudioFree;
  }

  matches(live: Pick<Frame, 'bytes' | 'isBinary'>, recorded: Frame): boolean {
    if (live.isBinary !== recorded.isBinary) return false;
    if (Buffer.compare(live.bytes, recorded.bytes) === 0) return true;
    const ours = parse(live.bytes);
    const theirs = parse(recorded.bytes);
    if (ours === undefined || theirs === undefined) {
      return live.isBinary ? this.#isAudioFree : isRedactionOf(utf8(recorded.bytes), utf8(live.bytes));
    }
    const learned: [string | number, string | number][] = [];
    const maskOurs = this.#mask?.();
    const maskTheirs = this.#mask?.();
    const isEqual = (a: unknown, b: unknown, key: string, open: IgnoredPaths | undefined): boolean => {
      if (open?.whole === true) return true;
      if (typeof a === 'string' && typeof b === 'string') {
        return (
          a === b ||
          (idKey.test(key) && this.#isSameId(a, b, learned)) ||
          (timeKey.test(key) && isDate(a) && isDate(b)) ||
          (this.#isAudioFree && isAudio(a, key) && isAudio(b, key)) ||
          isRedactionOf(b, a) ||
          this.#inTermsOfTape(a) === b ||
          (maskOurs !== undefined && maskOurs(a) === maskTheirs!(b))
        );
      }
      if (typeof a === 'number' && typeof b === 'number') {
        return (
          a === b ||
          (key === 'id' && this.#isSameId(a, b, learned)) ||
          (timeKey.test(key) && isEpoch(a) && isEpoch(b))
        );
      }
      if (Array.isArray(a) || Array.isArray(b)) {
        if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
        return a.every((item, at) => isEqual(item, b[at], key, open?.step(String(at))));
      }
      if (!isObject(a) || !isObject(b)) return a === b;
      for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
        if (!isEqual(a[name], b[name], name, open?.step(name))) return false;
      }
      return true;
    };
    if (!isEqual(ours, theirs, '', this.#ignored)) return false;
    for (const [today, onTape] of learned) {
      this.#today.set(onTape, today);
      this.#onTape.set(today, onTape);
    }
    return true;
  }

  /** A text that quotes ids of today, as it would quote those on tape. */
  #inTermsOfTape(today: string): string {
    if (this.#onTape.size === 0) return today;
    return today.replaceAll(/[\w-]{4,}/g, (word) => String(this.#onTape.get(word) ?? word));
  }

  /** Two different values that name the same: by first-seen position, one for one. What the server named has one name. */
  #isSameId(
    today: string | number,
    onTape: string | number,
    learned: [string | number, string | number][],
  ): boolean {
    if (typeof onTape === 'string' && this.#ofServer.has(onTape)) return false;
    const known = this.#today.get(onTape) ?? learned.find(([, other]) => other === onTape)?.[0];
    if (known !== undefined) return known === today;
    if (this.#onTape.has(today) || learned.some(([other]) => other === today)) return false;
    learned.push([today, onTape]);
    return true;
  }

  echo(recorded: Frame): Frame {
    if (recorded.isBinary && parse(recorded.bytes) === undefined) return recorded;
    const text = utf8(recorded.bytes);
    for (const [, value] of text.matchAll(/"(?:id|[A-Za-z_]*(?:_id|Id))"\s*:\s*"([^"\\]{1,200})"/g)) {
      if (!this.#today.has(value!) && isDistinctive(value!)) this.#ofServer.add(value!);
    }
    if (this.#today.size === 0) return recorded;
    let echoed = text.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (token, value: string) => {
      const today = this.#today.get(value);
      return today === undefined ? token : JSON.stringify(today);
    });
    if (text.includes('"jsonrpc"')) echoed = withRpcId(echoed, this.#today);
    return echoed === text ? recorded : { ...recorded, bytes: Buffer.from(echoed) };
  }
}

/** The id of a JSON-RPC answer is the request's, a number as a rule: numbers are not rewritten anywhere else. */
function withRpcId(text: string, today: Ids): string {
  const parsed = parse(Buffer.from(text));
  const id = isObject(parsed) ? parsed['id'] : undefined;
  const now = typeof id === 'number' ? today.get(id) : undefined;
  return now === undefined ? text : JSON.stringify({ ...(parsed as object), id: now });
}

/**
 * Whether a text on tape is this one with secrets taken out. The two may have been redacted differently: a secret that two frames
 * share is seen as one only when both are there.
 */
function isRedactionOf(onTape: string, today: string): boolean {
  if (!placeholder.test(onTape)) return false;
  const pieces = onTape.split(/\[redacted:[^\]]*\]/);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? (today.startsWith(piece) ? 0 : -1) : today.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return today.endsWith(pieces.at(-1)!);
}

function isAudio(value: string, key: string): boolean {
  return (key === 'audio' || key === 'data' || key === 'delta') && /^[A-Za-z0-9+/_-]{32,}=*$/.test(value);
}

function isDate(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) || isEpoch(Number(value));
}

/** Seconds to nanoseconds of the years 2001 to 2286. */
function isEpoch(value: number): boolean {
  return value >= 1e9 && value < 1e19;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(bytes: Uint8Array): unknown {
  const first = bytes[0];
  if (first !== 0x7b && first !== 0x5b) return undefined;
  try {
    return JSON.parse(utf8(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
