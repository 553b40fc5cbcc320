import type { Codes } from './codes.ts';

/** Fewer characters cannot hold a secret of 12. */
export const shortestBase64 = 16;

const digitOf = new Int8Array(256).fill(-1);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((character, digit) => {
  digitOf[character.charCodeAt(0)] = digit;
});
digitOf[0x2d] = 62;
digitOf[0x5f] = 63;

/**
 * Visits the stretches of a run that may be base64 or base64url of text: long enough, and the first eight digits give six
 * bytes of UTF-8 text without control characters. Ids, hashes, images and embeddings nearly all fail that.
 * @param isDivided whether anything in the run, of which it has at least {@link shortestBase64}, is no digit, or a slash.
 */
export function eachBase64(
  codes: Codes,
  runStart: number,
  runEnd: number,
  isDivided: boolean,
  visit: (start: number, end: number) => void,
): void {
  if (!isDivided) {
    if ((runEnd - runStart) % 4 !== 1 && beginsAsText(codes, runStart)) visit(runStart, runEnd);
    return;
  }
  let start = runStart;
  while (runEnd - start >= shortestBase64) {
    let end = start;
    while (end < runEnd && digitOf[codes[end]!]! >= 0) end += 1;
    const digits = end - start;
    while (end < runEnd && end - start - digits < 2 && codes[end] === 0x3d) end += 1;
    if (digits >= shortestBase64) {
      if (digits % 4 !== 1 && beginsAsText(codes, start)) visit(start, end);
      else eachSegment(codes, start, end, visit);
    }
    start = Math.max(end, start + 1);
  }
}

/** `files/<base64>`: what stands before a slash gives the digits behind it another alignment. */
function eachSegment(
  codes: Codes,
  from: number,
  to: number,
  visit: (start: number, end: number) => void,
): void {
  if (to - from > longestPath) return;
  let start = to;
  for (let at = from; at <= to; at += 1) {
    if (at < to && codes[at] !== 0x2f) continue;
    if (at - start >= shortestBase64 && beginsAsText(codes, start)) visit(start, at);
    start = at + 1;
  }
}

/** Longer ones are data and no paths. */
const longestPath = 2048;

/** One text of base64 broken over lines, as MIME and PEM do. */
export interface WrappedBase64 {
  readonly end: number;
  readonly digits: string;
  /** The same breaks for other digits. */
  wrap(digits: string): string;
}

const lineBreak = /(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)(?=[A-Za-z0-9+/]{4})/y;

/** Reads on from the first line of base64, which stands at `[start, end)`. `undefined` when no other line of base64 follows. */
export function wrappedBase64(
  text: string,
  codes: Codes,
  start: number,
  end: number,
): WrappedBase64 | undefined {
  const width = end - start;
  if (width < 60 || width > 80 || !beginsAsText(codes, start)) return undefined;
  lineBreak.lastIndex = end;
  const separator = lineBreak.exec(text)?.[0];
  if (separator === undefined) return undefined;
  const lines = [text.slice(start, end)];
  let at = end;
  while (text.startsWith(separator, at)) {
    const from = at + separator.length;
    let to = from;
    while (to - from < width && digitOf[text.charCodeAt(to)]! >= 0) to += 1;
    while (to > from && to - from < width && text.charCodeAt(to) === 0x3d) to += 1;
    if (to - from < 4) break;
    lines.push(text.slice(from, to));
    at = to;
    if (to - from < width) break;
  }
  return {
    end: at,
    digits: lines.join(''),
    wrap: (digits) => (digits.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(separator),
  };
}

function beginsAsText(codes: Codes, start: number): boolean {
  let continuation = 0;
  for (let i = start; i < start + 8; i += 4) {
    const bits =
      (digitOf[codes[i]!]! << 18) |
      (digitOf[codes[i + 1]!]! << 12) |
      (digitOf[codes[i + 2]!]! << 6) |
      digitOf[codes[i + 3]!]!;
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >> shift) & 255;
      const isContinuation = byte >= 0x80 && byte < 0xc0;
      if (isContinuation !== continuation > 0) return false;
      if (isContinuation) continuation -= 1;
      else if (byte < 0x80) {
        if (isControl(byte)) return false;
      } else if (byte < 0xc2 || byte > 0xf4) return false;
      else continuation = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    }
  }
  return true;
}

/** The text that base64 holds, its bytes as Latin-1; `undefined` when they are not all printable. */
export function decodeBase64Text(encoded: string): string | undefined {
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  for (let i = 0; i < text.length; i += 1) if (isControl(text.charCodeAt(i))) return undefined;
  return text;
}

/** The other way, in the alphabet and with the padding of what was there before. */
export function encodeBase64Text(text: string, like: string): string {
  const isPadded = like.length % 4 === 0;
  const encoded = Buffer.from(text, 'latin1').toString('base64');
  const digits = isPadded ? encoded : encoded.replace(/=+$/, '');
  return /[-_]/.test(like) ? digits.replaceAll('+', '-').replaceAll('/', '_') : digits;
}

/** Control characters other than tab, line feed and carriage return. */
function isControl(code: number): boolean {
  return code < 0x20 ? code !== 0x09 && code !== 0x0a && code !== 0x0d : code === 0x7f;
}
