/** A name and its value, decoded; of a query, a form or `multipart/form-data`. */
export type Pair = readonly [name: string, value: string];

/** Reads `a=1&b=two+words`, as the WHATWG form parser does: `+` is a space, `a` is `a=`, empty pieces do not count. */
export function readPairs(encoded: string): Pair[] {
  const pairs: Pair[] = [];
  for (const piece of encoded.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals === -1) pairs.push([decode(piece), '']);
    else pairs.push([decode(piece.slice(0, equals)), decode(piece.slice(equals + 1))]);
  }
  return pairs;
}

/** By name, in code-unit order. Stable: values of one name stay in their order, which servers can see. */
export function sortPairs<P extends readonly [name: string, ...rest: unknown[]]>(pairs: P[]): P[] {
  return pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Writes pairs with one spelling for each; what was read is never ambiguous. */
export function writePairs(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not UTF-8, or a lone `%`: compared as it is spelled.
    return spaced;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
