/** How a value was written where the guard found it. */
export type FindingEncoding = 'plain' | 'base64' | 'url' | 'json' | 'joined-stream';

/** A text inside a text, with the encoding that was undone last. */
export interface Decoded {
  readonly text: string;
  readonly encoding: FindingEncoding;
}

const deepest = 3;
/** Digits of base64 that can hold a secret; fewer are not looked at. */
export const shortestBase64 = 20;

/** Escapes that can hide a character of a token. `\n` and `\"` cannot: they end one. */
const hidingEscape = /\\(?:u00[2-7]|\/)/;
const hidingPercent = /%[2-7][0-9A-Fa-f]/;

const none: readonly Decoded[] = [];

/** Every text that a reader could get out of a value by undoing URL, JSON and base64 encoding, in any order, three deep. The value itself is not among them. */
export function decodings(text: string, depth = 0): readonly Decoded[] {
  if (depth === deepest || text.length < 16) return none;
  const found: Decoded[] = [];
  const add = (decoded: string, encoding: FindingEncoding): void => {
    found.push({ text: decoded, encoding });
    for (const inner of decodings(decoded, depth + 1)) found.push(inner);
  };
  if (text.includes('%') && hidingPercent.test(text)) add(withoutPercent(text), 'url');
  if (text.includes('\\') && hidingEscape.test(text)) {
    const decoded = text.replaceAll(
      /\\{1,32}(?:u([0-9A-Fa-f]{4})|(["\\/nrtbf]))/g,
      (_, hex: string | undefined, short: string) =>
        hex === undefined ? (shortEscapes[short] ?? short) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
    add(decoded, 'json');
  }
  eachBase64Run(text, (run) => {
    const decoded = textOfBase64(run);
    if (decoded !== undefined) add(decoded, 'base64');
    // `https://host/files/<base64>`: what stands before a slash has another alignment.
    else if (run.length < 4096 && run.includes('/')) {
      for (const part of run.split('/').slice(1)) {
        const inner = part.length >= shortestBase64 ? textOfBase64(part) : undefined;
        if (inner !== undefined) add(inner, 'base64');
      }
    }
  });
  return found.length === 0 ? none : found;
}

/** A text with its percent-encoded bytes as characters. */
export function withoutPercent(text: string): string {
  return text.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
}

// A line of MIME base64 and the break behind it, real or written as an escape.
export const wrapped: RegExp = /^(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)(?=[A-Za-z0-9+/]{4})/;

/**
 * Stretches long enough to hold a secret, lines of wrapped base64 put together. Every one covers a multiple of its least length, so only those
 * places are looked at.
 */
function eachBase64Run(text: string, take: (run: string) => void): void {
  const { length } = text;
  let done = 0;
  for (let probe = shortestBase64 - 1; probe < length; probe += shortestBase64) {
    if (probe < done || valueOf[text.charCodeAt(probe)]! < 0) continue;
    let start = probe;
    while (start > done && valueOf[text.charCodeAt(start - 1)]! >= 0) start -= 1;
    const end = endOfBase64(text, probe + 1);
    done = end;
    if (end - start < shortestBase64) continue;
    let run = text.slice(start, end);
    if (end - start >= 60 && end - start <= 80) {
      for (let lines = 0; lines < 10_000; lines += 1) {
        const lineBreak = wrapped.exec(text.slice(done, done + 16))?.[0];
        if (lineBreak === undefined) break;
        const next = endOfBase64(text, done + lineBreak.length);
        run += text.slice(done + lineBreak.length, next);
        done = next;
      }
    }
    take(run);
  }
}

function endOfBase64(text: string, from: number): number {
  let end = from;
  while (end < text.length && valueOf[text.charCodeAt(end)]! >= 0) end += 1;
  return end;
}

/** What six bits a digit stands for, in both alphabets; -1 for what is none. */
const valueOf = new Int8Array(65_536).fill(-1);
for (const alphabet of ['+/', '-_'])
  [...`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`].forEach((digit, value) => {
    valueOf[digit.charCodeAt(0)] = value;
  });

const shortEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

export function textOfBase64(run: string): string | undefined {
  if (!beginsLikeText(run)) return undefined;
  const bytes = Buffer.from(run, 'base64');
  return isMostlyText(bytes) ? bytes.toString('utf8') : undefined;
}

/** Whether the first 24 bytes are mostly text: nearly all runs are decided by the first few. */
function beginsLikeText(run: string): boolean {
  const digits = Math.min(32, run.length);
  let foreign = 0;
  let count = 0;
  let bits = 0;
  for (let at = 0; at < digits; at += 1) {
    bits = (bits << 6) | valueOf[run.charCodeAt(at)]!;
    if (at % 4 === 0) continue;
    const byte = (bits >> (6 - 2 * (at % 4))) & 0xff;
    if (isControl(byte)) return false;
    if (byte >= 0x80) foreign += 1;
    count += 1;
  }
  return foreign * 5 <= count;
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) || byte === 0x7f;
}

/** No control characters, and at most a fifth outside ASCII: neither an image, nor floats, nor a digest. */
function isMostlyText(bytes: Uint8Array): boolean {
  let foreign = 0;
  for (const byte of bytes) {
    if (isControl(byte)) return false;
    if (byte >= 0x80) foreign += 1;
  }
  return foreign * 5 <= bytes.length;
}
