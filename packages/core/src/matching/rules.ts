import { ReelError } from '../errors.ts';
import type { CanonicalUrl } from '../normalize/canonical-url.ts';
import { compileMask, maskNames, type Mask, type MaskName } from '../normalize/mask.ts';
import { compileIgnore, type Ignored } from './ignore.ts';
import type { Matcher, MatchOptions } from './matcher.ts';
import { hostKey, pathKey, queryKey, urlKey } from './matchers/url.ts';

/** `MatchOptions` checked and compiled: done once for a tape, never for a request. */
export interface MatchRules {
  /** Names of all the parts that count. */
  readonly parts: ReadonlySet<string>;
  readonly method: boolean;
  /** The parts of the URL that count, in a fixed order. */
  readonly url: readonly ((url: CanonicalUrl) => string)[];
  /** Names in lower case, sorted. */
  readonly headers: readonly string[];
  readonly body: boolean;
  readonly ignored: Ignored;
  readonly mask: Mask | undefined;
  readonly custom: readonly Matcher[];
  readonly repeatLast: boolean;
}

const defaultParts = ['method', 'url', 'body'];
const urlParts = { url: urlKey, host: hostKey, path: pathKey, query: queryKey };

/** @throws REEL_INVALID_OPTION for an unknown part or mask, or an entry of `ignore` that cannot be read. */
export function compileRules(options: MatchOptions): MatchRules {
  const parts = new Set<string>(options.by ?? defaultParts);
  const headers: string[] = [];
  for (const part of parts) {
    if (part.startsWith('header:') && part.length > 'header:'.length)
      headers.push(part.slice(7).toLowerCase());
    else if (part !== 'method' && part !== 'body' && !Object.hasOwn(urlParts, part)) throw unknownPart(part);
  }
  for (const mask of options.mask ?? []) {
    if (typeof mask === 'string' && !maskNames.includes(mask)) throw unknownMask(mask);
  }
  return {
    parts,
    method: parts.has('method'),
    url: Object.entries(urlParts)
      .filter(([name]) => parts.has(name))
      .map(([, part]) => part),
    headers: headers.toSorted(),
    body: parts.has('body'),
    ignored: compileIgnore(options.ignore ?? []),
    mask: compileMask(options.mask ?? []),
    custom: options.custom ?? [],
    repeatLast: options.repeat === 'last',
  };
}

function unknownPart(part: string): ReelError {
  return new ReelError('REEL_INVALID_OPTION', {
    what: `${JSON.stringify(part)} in match.by is no part of a request`,
    fix: "use 'method', 'url' (or its parts 'host', 'path', 'query'), 'body' and 'header:<name>'",
  });
}

function unknownMask(mask: MaskName): ReelError {
  return new ReelError('REEL_INVALID_OPTION', {
    what: `${JSON.stringify(mask)} in match.mask is not a mask`,
    fix: `use ${maskNames.map((name) => `'${name}'`).join(', ')} or a regular expression`,
  });
}
