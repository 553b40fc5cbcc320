import { readPairs, sortPairs, writePairs } from './canonical-pairs.ts';

export interface CanonicalUrl {
  /** `https:`, lower case, with its colon. */
  readonly scheme: string;
  /** Lower case, with the port when it is not the scheme's own. */
  readonly host: string;
  /** Begins with `/`. */
  readonly path: string;
  /** Sorted by name; `''` when there is none. Without its `?`. */
  readonly query: string;
}

export interface UrlRules {
  ignoresQuery(name: string): boolean;
  /** Applied to host, path and decoded query values. */
  mask?: ((text: string) => string) | undefined;
}

/**
 * The parts of a URL in which equal requests agree: the fragment, user name and password are left out (RFC 9110 section
 * 4.2.4: not part of what a request targets), percent-encodings get one spelling, the query is sorted. `%2F` in a path
 * stays, for it is not the same as `/`. A text that is no URL is its own path, quoted.
 */
export function canonicalUrl(url: string, rules: UrlRules): CanonicalUrl {
  const mask = rules.mask ?? same;
  const parsed = URL.parse(url);
  if (parsed === null) return { scheme: '', host: '', path: mask(JSON.stringify(url)), query: '' };
  const host = mask(parsed.host);
  const path = mask(plainPath(parsed.pathname));
  if (parsed.search.length <= 1) return { scheme: parsed.protocol, host, path, query: '' };
  const pairs = readPairs(parsed.search.slice(1)).filter(([name]) => !rules.ignoresQuery(name));
  const query = writePairs(sortPairs(pairs).map(([name, value]) => [name, mask(value)]));
  return { scheme: parsed.protocol, host, path, query };
}

function same(text: string): string {
  return text;
}

/** RFC 3986 section 6.2.2: encodings of unreserved characters are undone, the others written in upper case. */
function plainPath(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
}
