/** How a value was written where the guard found it. */
export type FindingEncoding = 'plain' | 'base64' | 'url' | 'json' | 'joined-stream';

/** A text inside a text, with the encoding that was undone last. */
export interface Decoded {
  readonly text: string;
  readonly encoding: FindingEncoding;
}

const deepest = 3;
const shortestBase64 = 20;

/** Escapes that can hide a character of a token. `\n` and `\"` cannot: they end one. */
const hidingEscape = /\\(?:u00[2-7]|\/)/;
const hidingPercent = /%[2-7][0-9A-Fa-f]/;

/** Every text that a reader could get out of a value by undoing URL, JSON and base64 encoding, in any order, three deep. The value itself is not among them. */
export function* decodings(text: string, depth = 0): Generator<Decoded> {
  if (depth === deepest || text.length < 16) return;
  if (text.includes('%') && hidingPercent.test(text)) {
    const decoded = text.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
    yield* withInner(decoded, 'url', depth);
  }
  if (text.includes('\\') && hidingEscape.test(text)) {
    const decoded = text.replaceAll(
      /\\{1,32}(?:u([0-9A-Fa-f]{4})|(["\\/nrtbf]))/g,
      (_, hex: string | undefined, short: string) =>
        hex === undefined ? (shortEscapes[short] ?? short) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
    yield* withInner(decoded, 'json', depth);
  }
  for (const run of base64Runs(text)) {
    const decoded = textOfBase64(run);
    if (decoded !== undefined) yield* withInner(decoded, 'base64', depth);
    // `https://host/files/<base64>`: what stands before a slash has another alignment.
    else if (run.length < 4096 && run.includes('/')) {
      for (const part of run.split('/').slice(1)) {
        const inner = part.length >= shortestBase64 ? textOfBase64(part) : undefined;
        if (inner !== undefined) yield* withInner(inner, 'base64', depth);
      }
    }
  }
}

function* withInner(text: string, encoding: FindingEncoding, depth: number): Generator<Decoded> {
  yield { text, encoding };
  yield* decodings(text, depth + 1);
}

// A line of MIME base64 and the break behind it, real or written as an escape.
const wrapped = /^(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n)(?=[A-Za-z0-9+/]{4})/;

/**
 * Stretches long enough to hold a secret, lines of wrapped base64 put together. Every one covers a multiple of its least length, so only those
 * places are looked at.
 */
function* base64Runs(text: string): Generator<string> {
  let done = 0;
  for (let probe = shortestBase64 - 1; probe < text.length; probe += shortestBase64) {
    if (probe < done || !isBase64(text.charCodeAt(probe))) continue;
    let start = probe;
    while (start > done && isBase64(text.charCodeAt(start - 1))) start -= 1;
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
    yield run;
  }
}

function endOfBase64(text: string, from: number): number {
  let end = from;
  while (isBase64(text.charCodeAt(end))) end += 1;
  return end;
}

function isBase64(code: number): boolean {
  return isDigit[code] === 1;
}

const isDigit = new Uint8Array(65_536);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
  isDigit[digit.charCodeAt(0)] = 1;

const shortEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function textOfBase64(run: string): string | undefined {
  if (!isMostlyText(Buffer.from(run.slice(0, 32), 'base64'))) return undefined;
  const bytes = Buffer.from(run, 'base64');
  return isMostlyText(bytes) ? bytes.toString('utf8') : undefined;
}

/** No control characters, and at most a fifth outside ASCII: neither an image, nor floats, nor a digest. */
function isMostlyText(bytes: Uint8Array): boolean {
  let foreign = 0;
  for (const byte of bytes) {
    if ((byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) || byte === 0x7f) return false;
    if (byte >= 0x80) foreign += 1;
  }
  return foreign * 5 <= bytes.length;
}
