import { placeholder } from './placeholder.ts';
import type { ShapeRule } from './rule.ts';
import { type Span, priority } from './span.ts';

/** Looks for token shapes in one run of token characters of a text; the match may reach beyond the run. */
export type ShapeScanner = (text: string, start: number, end: number, found: (span: Span) => void) => void;

interface Anchored {
  readonly anchor: string;
  readonly offset: number;
  readonly boundary: NonNullable<ShapeRule['boundary']>;
  readonly pattern: RegExp;
  readonly accept: ShapeRule['accept'];
  readonly replacement: string;
}

/**
 * Sorts the rules by the first two characters of their anchors, so that a position costs one table look-up, and asks the pattern
 * only where a whole anchor stands. Time is linear in the text: every pattern fails within a bounded number of
 * characters, and a success is skipped.
 */
export function createShapeScanner(rules: readonly ShapeRule[]): ShapeScanner {
  const groups: Anchored[][] = [[]];
  const groupOf = new Uint8Array(128 * 128);
  const anchored = rules
    .flatMap(({ id, anchors, offset = 0, boundary = 'word', pattern, accept }) =>
      anchors.map((anchor) => ({ anchor, offset, boundary, pattern, accept, replacement: placeholder(id) })),
    )
    .toSorted((a, b) => b.anchor.length - a.anchor.length);
  for (const rule of anchored) {
    const key = rule.anchor.charCodeAt(0) * 128 + rule.anchor.charCodeAt(1);
    if (groupOf[key] === 0) groupOf[key] = groups.push([]) - 1;
    groups[groupOf[key]!]!.push(rule);
  }

  return (text, start, end, found) => {
    let previous = text.charCodeAt(start);
    for (let i = start + 1; i < end; i += 1) {
      const code = text.charCodeAt(i);
      const group = groupOf[previous * 128 + code]!;
      previous = code;
      if (group === 0) continue;
      for (const rule of groups[group]!) {
        const span = matchAt(text, i - 1, rule);
        if (span === undefined) continue;
        found(span);
        if (span.end - 1 > i) {
          i = span.end - 1;
          previous = i < end ? text.charCodeAt(i) : 0;
        }
        break;
      }
    }
  };
}

function matchAt(text: string, at: number, rule: Anchored): Span | undefined {
  if (!text.startsWith(rule.anchor, at)) return undefined;
  const start = at - rule.offset;
  if (start < 0 || (rule.boundary !== 'none' && !isBoundary(text, start, rule.boundary))) return undefined;
  const match = matchFrom(rule.pattern, text, start);
  if (match === undefined || (rule.accept !== undefined && !rule.accept(match))) return undefined;
  let end = start + match.length;
  if (rule.accept !== undefined || match.length === widest)
    while (isWord(text.charCodeAt(end)) || text.charCodeAt(end) === HYPHEN) end += 1;
  return { start, end, replacement: rule.replacement, rank: priority.shape };
}

/** Longer tokens are taken in character by character: a pattern that runs over megabytes exhausts the engine's stack. */
const widest = 65_536;

/** What a sticky pattern matches at a place, looking at most {@link widest} characters ahead. */
export function matchFrom(pattern: RegExp, text: string, start: number): string | undefined {
  const isNearEnd = text.length - start <= widest;
  pattern.lastIndex = isNearEnd ? start : 0;
  return pattern.exec(isNearEnd ? text : text.slice(start, start + widest))?.[0];
}

const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isWord(code: number): boolean {
  return isAlphanumeric(code) || code === UNDERSCORE;
}

/** The letters of an escape that ends right before a token: the `n` of `\n`, the hex digits of `\u000a` and `%20`. */
const escapeBefore = /(?:\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})$/;

function isBoundary(text: string, start: number, kind: 'word' | 'run'): boolean {
  if (start === 0) return true;
  const before = text.charCodeAt(start - 1);
  if (kind === 'run' && (before === HYPHEN || before === UNDERSCORE)) return false;
  return !isAlphanumeric(before) || escapeBefore.test(text.slice(Math.max(0, start - 6), start));
}
