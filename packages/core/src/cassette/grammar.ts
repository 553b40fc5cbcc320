/**
 * The grammar of a cassette: which kinds of line there are and which may follow which. A line is told by its first
 * bytes (`{"chunk":12`), so the structure of a file is known without parsing any JSON.
 */

/** Where in an interaction the reader stands after a line. */
export type State = 'between' | 'requested' | 'answered' | 'connected';

export type LineKind =
  | 'request'
  | 'response'
  | 'chunk'
  | 'end'
  | 'aborted'
  | 'socket'
  | 'sent'
  | 'received'
  | 'closed';

interface Step {
  readonly from: readonly State[];
  readonly to: State;
}

/** A new kind of line is one entry here, one encoder and one decoder. */
const steps: { readonly [kind in LineKind]: Step } = {
  request: { from: ['between'], to: 'requested' },
  response: { from: ['requested'], to: 'answered' },
  chunk: { from: ['answered'], to: 'answered' },
  end: { from: ['requested', 'answered'], to: 'between' },
  aborted: { from: ['requested', 'answered'], to: 'between' },
  socket: { from: ['between'], to: 'connected' },
  sent: { from: ['connected'], to: 'connected' },
  received: { from: ['connected'], to: 'connected' },
  closed: { from: ['connected'], to: 'between' },
};

/** The state after a line of this kind, or `undefined` when it may not stand here. */
export function nextState(state: State, kind: LineKind): State | undefined {
  const step = steps[kind];
  return step.from.includes(state) ? step.to : undefined;
}

interface KindPrefix {
  readonly kind: LineKind;
  readonly prefix: Uint8Array;
}

/** Prefixes such as `{"chunk":`, found by the first letter of the key: at most three share one. */
const byFirstLetter: KindPrefix[][] = [];
for (const kind of Object.keys(steps) as LineKind[]) {
  (byFirstLetter[kind.charCodeAt(0)] ??= []).push({ kind, prefix: Buffer.from(`{"${kind}":`, 'latin1') });
}

const KEY = 2;
const ZERO = 0x30;
const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;

/** First bytes of a line: its kind and the number of its interaction. */
export interface LineHead {
  readonly kind: LineKind;
  readonly number: number;
}

/** Reads the head of the line that starts at `start`; `undefined` when it is none of the known kinds. */
export function readLineHead(bytes: Uint8Array, start: number, end: number): LineHead | undefined {
  const candidates = byFirstLetter[bytes[start + KEY] ?? 0];
  if (candidates === undefined) return undefined;
  for (const { kind, prefix } of candidates) {
    if (!startsWith(bytes, start, end, prefix)) continue;
    const number = readNumber(bytes, start + prefix.length, end);
    return number === undefined ? undefined : { kind, number };
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

/** A positive integer that ends in `,` or `}`. */
function readNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  let value = 0;
  let at = start;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const isWhole = at > start && at < end && (bytes[at] === COMMA || bytes[at] === CLOSING_BRACE);
  return isWhole && value > 0 && Number.isSafeInteger(value) ? value : undefined;
}
