/** Fewer characters cannot hold a secret of 12. */
export const shortestBase64 = 16;

const digitOf = new Int8Array(128).fill(-1);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((character, digit) => {
  digitOf[character.charCodeAt(0)] = digit;
});
digitOf[0x2d] = 62;
digitOf[0x5f] = 63;

/**
 * Visits the stretches of a run that may be base64 or base64url of text: long enough, and the first eight digits give six
 * bytes of UTF-8 text without control characters. Ids, hashes, images and embeddings nearly all fail that.
 */
export function eachBase64(
  text: string,
  runStart: number,
  runEnd: number,
  visit: (start: number, end: number) => void,
): void {
  let start = runStart;
  while (runEnd - start >= shortestBase64) {
    let end = start;
    while (end < runEnd && digitOf[text.charCodeAt(end)]! >= 0) end += 1;
    const digits = end - start;
    while (end < runEnd && end - start - digits < 2 && text.charCodeAt(end) === 0x3d) end += 1;
    if (digits >= shortestBase64 && digits % 4 !== 1 && beginsAsText(text, start)) visit(start, end);
    start = Math.max(end, start + 1);
  }
}

function beginsAsText(text: string, start: number): boolean {
  let continuation = 0;
  for (let i = start; i < start + 8; i += 4) {
    const bits =
      (digitAt(text, i) << 18) |
      (digitAt(text, i + 1) << 12) |
      (digitAt(text, i + 2) << 6) |
      digitAt(text, i + 3);
    for (const byte of [bits >> 16, (bits >> 8) & 255, bits & 255]) {
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

function digitAt(text: string, index: number): number {
  return digitOf[text.charCodeAt(index)]!;
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
