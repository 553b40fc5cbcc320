import { type Span, priority } from './span.ts';

/** A regular expression that is run over the whole text: for patterns of the user, and for personal data. */
export interface PatternRule {
  readonly id: string;
  /** Global. */
  readonly pattern: RegExp;
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
    for (const match of characters.matchAll(pattern)) {
      const [value] = match;
      if (value === '' || value === replacement || (accept !== undefined && !accept(value))) continue;
      found({
        start: offset(match.index),
        end: offset(match.index + value.length),
        replacement,
        rank: priority.custom,
      });
    }
  }
}
