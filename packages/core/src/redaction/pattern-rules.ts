import { type Span, priority } from './span.ts';

/** Where a user's function found secrets: offsets in the text, `end` exclusive. */
export type Find = (text: string) => Iterable<readonly [start: number, end: number]>;

/** A regular expression or function that is run over the whole text: for what the user looks for, and for personal data. */
export interface PatternRule {
  readonly id: string;
  /** Global, if it is an expression. */
  readonly pattern: RegExp | Find;
  readonly replacement: string;
  readonly accept?: (match: string) => boolean;
}

/**
 * Bodies are scanned as bytes (one character per byte), but people write patterns for characters: where the two differ the bytes are decoded first
 * and the places found translated back.
 */
export function scanPatterns(
  text: string,
  isBytes: boolean,
  rules: readonly PatternRule[],
  found: (span: Span) => void,
): void {
  if (rules.length === 0) return;
  const characters = isBytes ? Buffer.from(text, 'latin1').toString('utf8') : text;
  const offset =
    characters.length === text.length
      ? (at: number) => at
      : (at: number) => Buffer.byteLength(characters.slice(0, at));
  for (const { pattern, replacement, accept } of rules) {
    for (const [start, end] of placesOf(characters, pattern)) {
      const value = characters.slice(start, end);
      if (value === '' || value === replacement || (accept !== undefined && !accept(value))) continue;
      found({ start: offset(start), end: offset(end), replacement, rank: priority.custom });
    }
  }
}

function* placesOf(text: string, pattern: RegExp | Find): Generator<readonly [start: number, end: number]> {
  if (typeof pattern === 'function') yield* pattern(text);
  else for (const { 0: match, index } of text.matchAll(pattern)) yield [index, index + match.length];
}
