/** How a value was written where the guard found it. */
export type FindingEncoding = 'plain' | 'base64' | 'url' | 'json' | 'joined-stream';

/** A text inside a text, with the encoding that was undone last. */
export interface Decoded {
  readonly text: string;
  readonly encoding: FindingEncoding;
}

const deepest = 3;
const shortestBase64 = 20;

/** Every text that a reader could get out of a value by undoing URL, JSON and base64 encoding, in any order, three deep. The value itself comes first. */
export function* decodings(text: string, encoding: FindingEncoding = 'plain', depth = 0): Generator<Decoded> {
  yield { text, encoding };
  if (depth === deepest || text.length < 16) return;
  if (text.includes('%')) {
    const decoded = text.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
    if (decoded !== text) yield* decodings(decoded, 'url', depth + 1);
  }
  if (text.includes('\\')) {
    const decoded = text.replaceAll(
      /\\(?:u([0-9A-Fa-f]{4})|(["\\/nrtbf]))/g,
      (_, hex: string | undefined, short: string) =>
        hex === undefined ? (shortEscapes[short] ?? short) : String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (decoded !== text) yield* decodings(decoded, 'json', depth + 1);
  }
  for (const run of base64Runs(text)) {
    const decoded = textOfBase64(run);
    if (decoded !== undefined) yield* decodings(decoded, 'base64', depth + 1);
  }
}

/** Stretches long enough to hold a secret. Every one covers a multiple of its least length, so only those places are looked at. */
function* base64Runs(text: string): Generator<string> {
  let done = 0;
  for (let probe = shortestBase64 - 1; probe < text.length; probe += shortestBase64) {
    if (probe < done || !isBase64(text.charCodeAt(probe))) continue;
    let start = probe;
    while (start > done && isBase64(text.charCodeAt(start - 1))) start -= 1;
    done = probe + 1;
    while (isBase64(text.charCodeAt(done))) done += 1;
    if (done - start >= shortestBase64) yield text.slice(start, done);
  }
}

function isBase64(code: number): boolean {
  const letter = code | 0x20;
  // Digits with `/` before them, letters, `+`, `-`, `_`.
  return (
    (letter >= 0x61 && letter <= 0x7a && code < 0x7b) ||
    (code >= 0x2f && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x5f
  );
}

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
