import { canonicalUrl, type CanonicalUrl } from '../normalize/canonical-url.ts';
import { digest } from '../normalize/digest.ts';
import type { MatchRequest } from './matcher.ts';
import { bodyKey } from './matchers/body.ts';
import { headerKey } from './matchers/header.ts';
import { methodKey } from './matchers/method.ts';
import type { MatchRules } from './rules.ts';

/** Requests with one key are the same request. 128 bits: no two different ones of any cassette ever share one. */
export type KeyOf = (request: MatchRequest) => string;

/** A program calls a handful of URLs; a crawler that calls very many must not fill the memory. */
const maxRememberedUrls = 256;

/** A key is made of the parts that count, in a fixed order; masks see them in that order too. */
export function keyOfRules(rules: MatchRules): KeyOf {
  const { ignored } = rules;
  const remembered = new Map<string, string>();

  function urlText(url: string, mask: ((text: string) => string) | undefined): string {
    // A mask counts what it has seen in this request, so its results belong to no other.
    if (mask !== undefined) return joinParts(canonicalUrl(url, { ignoresQuery: ignored.query, mask }));
    let text = remembered.get(url);
    if (text === undefined) {
      text = joinParts(canonicalUrl(url, { ignoresQuery: ignored.query }));
      if (remembered.size === maxRememberedUrls) remembered.clear();
      remembered.set(url, text);
    }
    return text;
  }

  function joinParts(url: CanonicalUrl): string {
    return rules.url.map((part) => part(url)).join(' ');
  }

  return ({ method, url, headers, body }) => {
    const mask = rules.mask?.();
    let text = rules.method ? methodKey(method) : '';
    if (rules.url.length > 0) text += ` ${urlText(url, mask)}`;
    // Quoted, so that no value can pass for the next part.
    for (const name of rules.headers) text += `\n${name}: ${JSON.stringify(headerKey(headers, name, mask))}`;
    if (rules.body) {
      const bodyRules = { ignoredPaths: ignored.paths, ignoresField: ignored.field, mask };
      text += `\n\n${bodyKey(headers, body, bodyRules)}`;
    }
    return digest(text).slice(0, 32);
  };
}
