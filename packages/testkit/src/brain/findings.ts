import { keyWords } from './words.ts';

/** Things in a prompt that a model would lift into tool arguments. All in order of appearance, without repetition. */
export interface Findings {
  readonly text: string;
  readonly emails: readonly string[];
  readonly urls: readonly string[];
  readonly dates: readonly string[];
  /** Codes that mix letters or signs with digits: `A-1042`, `INV_77`, `#4711`. */
  readonly ids: readonly Identifier[];
  readonly numbers: readonly number[];
  readonly quoted: readonly string[];
  /** Capitalized words inside a sentence: cities, people, products. */
  readonly names: readonly string[];
  readonly keyWords: readonly string[];
}

export interface Identifier {
  readonly value: string;
  /** The word before it, lower case: `order` in "order A-1042". */
  readonly noun: string;
  /** The identifier with its digits collapsed (`A-#`): identifiers of one shape are of one kind. */
  readonly shape: string;
}

/** Reads a prompt for {@link Findings}. */
export function findIn(text: string): Findings {
  const emails = all(text, /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu);
  const urls = all(text, /https?:\/\/[^\s"'<>)]+/g).map((url) => url.replace(/[.,;:!?]+$/, ''));
  const dates = all(text, /\b\d{4}-\d{2}-\d{2}\b/g);
  let rest = text;
  for (const taken of [...urls, ...emails, ...dates]) rest = rest.replaceAll(taken, ' ');
  return {
    text,
    emails,
    urls,
    dates,
    ids: identifiers(rest),
    numbers: all(rest, /(?<![\p{L}\p{N}_#-])-?\d+(?:\.\d+)?(?![\p{L}\p{N}_-])/gu).map(Number),
    quoted: all(rest, /"[^"]+"|“[^”]+”|«[^»]+»|(?<!\p{L})'[^']+'(?!\p{L})/gu).map((quote) =>
      quote.slice(1, -1).trim(),
    ),
    names: names(rest),
    keyWords: keyWords(text),
  };
}

function identifiers(text: string): Identifier[] {
  const found = new Map<string, Identifier>();
  const pattern =
    /(?:(\p{L}+)\s+)?(?<![\p{L}\p{N}])(#\d[\w-]*|(?=[\w-]*\d)(?=[\w-]*\p{L})\p{L}?[\w-]*[\w])/gu;
  for (const [, noun, value] of text.matchAll(pattern)) {
    if (value === undefined || found.has(value)) continue;
    found.set(value, { value, noun: (noun ?? '').toLowerCase(), shape: value.replace(/\d+/g, '#') });
  }
  return [...found.values()];
}

function names(text: string): string[] {
  // A capital at the start of a sentence says nothing, so the first word of each is left out.
  const inside = text.replace(/(^|[.!?:\n]\s*)\P{L}*\p{L}+/gu, '$1');
  return all(inside, /(?<![\p{L}\p{N}-])\p{Lu}\p{Ll}[\p{L}'’-]*(?: \p{Lu}\p{Ll}[\p{L}'’-]*)*/gu);
}

function all(text: string, pattern: RegExp): string[] {
  return [...new Set(text.match(pattern))];
}
