const window = 8;
const tableBits = 26;

/**
 * Searches texts for any eight characters in a row of any planted secret: a whole one, or a rest that a cut left behind. Looks at the text as it
 * is and at everything it may be decoded to.
 */
export class LeakSearch {
  readonly #mayBe = new Uint8Array(2 ** (tableBits - 3));
  readonly #owners = new Map<string, string>();

  /** `what` says in failures which plant it was. */
  add(secret: string, what: string): void {
    for (let at = 0; at + window <= secret.length; at += 1) {
      const hash = hashAt(secret, at);
      this.#mayBe[hash >> 3]! |= 1 << (hash & 7);
      const piece = secret.slice(at, at + window);
      if (!this.#owners.has(piece)) this.#owners.set(piece, `${what} at ${at}`);
    }
  }

  /** Plants of which something was found. */
  in(text: string): string[] {
    const found = new Set<string>();
    // Names of rules begin like the keys they are about.
    for (const raw of viewsOf(text)) {
      const view = raw.replaceAll(/\[redacted:[a-z0-9-]+\]/g, '|');
      for (let at = 0; at + window <= view.length; at += 1) {
        const hash = hashAt(view, at);
        if ((this.#mayBe[hash >> 3]! & (1 << (hash & 7))) === 0) continue;
        const owner = this.#owners.get(view.slice(at, at + window));
        if (owner !== undefined) found.add(owner);
      }
    }
    return [...found];
  }
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + window; i += 1) hash = Math.imul(hash, 0x01_00_01_93) ^ text.charCodeAt(i);
  return (hash ^ (hash >>> 15)) & (2 ** tableBits - 1);
}

function* viewsOf(text: string, depth = 0): Generator<string> {
  yield text;
  if (depth === 4) return;
  const unescaped = text.replaceAll(
    /\\+(?:u([0-9a-fA-F]{4})|([nrt"/]))/g,
    (_, hex: string | undefined, short: string) =>
      hex === undefined
        ? short === '"' || short === '/'
          ? short
          : '\n'
        : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (unescaped !== text && depth === 0) yield* viewsOf(unescaped, 1);
  const decoded = text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (decoded !== text && depth <= 1) yield* viewsOf(decoded, 2);
  for (const [list] of text.matchAll(/\[(?:\d{1,3}, ?){6,}\d{1,3}\]/g))
    yield Buffer.from(JSON.parse(list) as number[]).toString('latin1');
  // Base64, with the lines of MIME put together.
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{16,}(?:\n[A-Za-z0-9+/]{4,})*={0,2}/g))
    yield* viewsOf(Buffer.from(run.replaceAll('\n', ''), 'base64').toString('latin1'), depth + 2);
}
