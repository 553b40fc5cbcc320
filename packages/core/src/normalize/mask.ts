/** Kinds of volatile text that can be compared by first-seen position instead of by value. */
export type MaskName = 'uuid' | 'iso-date' | 'epoch' | 'temp-path' | 'port' | 'hex';

/**
 * The built-in masks, most specific first: where two would take the same text, the earlier one does.
 *
 * They err towards leaving text alone, because text masked without need makes two different requests equal.
 */
const patterns: Readonly<Record<MaskName, RegExp>> = {
  uuid: /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi,
  // ISO 8601: 2026-11-20, 2026-11-20T10:00:00.123Z, 2026-11-20 10:00, 20261120T100000Z. Not behind a letter and a hyphen:
  // that is the version of a model (gpt-4o-2024-08-06), and another model is never the same request.
  'iso-date':
    /(?<![A-Za-z0-9]-|\d)(?:\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?Z|[+-]\d{2}:?\d{2})?)?|\d{8}T\d{6}(?:\.\d+)?Z?)(?!\d)/g,
  // The root of temporary files and the random part below it; the rest of the path names what the file is, and stays.
  'temp-path':
    /(?<![\w.~-])(?:(?:\/private)?\/var\/folders\/[\w+-]+\/[\w+-]+\/[A-Z]\/?|(?:\/private)?(?:\/var)?\/tmp\/(?:pytest-of-[^\s/]+\/)?|[A-Za-z]:\\(?:Users\\[^\\\s]+\\AppData\\Local\\|Windows\\)?Te?mp\\)[^\s"'`<>|:;,)(\]}{/\\]*/g,
  // Seconds, milliseconds, microseconds or nanoseconds of the years 2001 to 2033; fractions of a second too.
  epoch: /(?<![\d.])1\d{9}(?:\d{3}){0,3}(?:\.\d+)?(?![\d])/g,
  port: /(?<=(?:\blocalhost|\b127(?:\.\d{1,3}){3}|\b0\.0\.0\.0|\[::1?\]|\bhost\.docker\.internal):|\bport[ :=]{1,2})\d{2,5}(?!\d)/gi,
  // Digests, trace and span ids: long enough that no word or number of a prompt is one, and with a digit somewhere.
  hex: /(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{16,}(?![0-9a-z])/gi,
};

export const maskNames = Object.keys(patterns) as readonly MaskName[];

/**
 * Starts a new request: the function it gives replaces volatile values by their kind and first-seen position, and is
 * to be called with the texts of that request in canonical order. The first UUID of a request is `⟨uuid 1⟩` wherever it
 * comes again, so a request that uses one id twice never equals one that uses two.
 */
export type Mask = () => (text: string) => string;

interface Pattern {
  readonly label: string;
  readonly expression: RegExp;
}

/**
 * Compiles masks once. Expressions of the caller's own come before the built-in ones and mask their whole match; flags
 * `g` and `y` make no difference. `undefined` when the list is empty.
 */
export function compileMask(masks: readonly (MaskName | RegExp)[]): Mask | undefined {
  if (masks.length === 0) return undefined;
  const compiled: Pattern[] = [];
  for (const mask of masks) {
    if (typeof mask === 'string') continue;
    const flags = `${mask.flags.replace(/[gy]/g, '')}g`;
    compiled.push({ label: 'masked', expression: new RegExp(mask.source, flags) });
  }
  for (const name of maskNames) {
    if (masks.includes(name)) compiled.push({ label: name, expression: patterns[name] });
  }
  return () => {
    const seen = new Map<string, Map<string, number>>();
    return (text) => maskText(text, compiled, seen);
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

function maskText(
  text: string,
  compiled: readonly Pattern[],
  seen: Map<string, Map<string, number>>,
): string {
  const spans: Span[] = [];
  for (const { label, expression } of compiled) {
    // Not `matchAll`: it copies the expression at each call, which costs more than the search in a short text.
    expression.lastIndex = 0;
    for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
      const [{ length }] = found;
      if (length === 0) expression.lastIndex++;
      else spans.push({ start: found.index, end: found.index + length, label });
    }
  }
  if (spans.length === 0) return text;
  // Stable: of two that start together, the one of the earlier mask wins. All masks see the original text, so none can
  // take a piece out of what another one wrote.
  spans.sort((a, b) => a.start - b.start);
  let out = '';
  let end = 0;
  for (const span of spans) {
    if (span.start < end) continue;
    out += text.slice(end, span.start);
    out += placeholder(span.label, text.slice(span.start, span.end), seen);
    end = span.end;
  }
  return out + text.slice(end);
}

function placeholder(label: string, value: string, seen: Map<string, Map<string, number>>): string {
  let positions = seen.get(label);
  if (positions === undefined) seen.set(label, (positions = new Map()));
  // UUIDs and digests are one value in either case.
  const identity = label === 'uuid' || label === 'hex' ? value.toLowerCase() : value;
  let position = positions.get(identity);
  if (position === undefined) positions.set(identity, (position = positions.size + 1));
  return `⟨${label} ${position}⟩`;
}
