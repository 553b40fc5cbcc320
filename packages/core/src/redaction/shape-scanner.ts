import type { Codes } from './codes.ts';
import { placeholder } from './placeholder.ts';
import type { ShapeRule } from './rule.ts';
import { isRunCharacter } from './runs.ts';
import { type Span, priority } from './span.ts';

/** Looks for token shapes in one run of token characters of a text; the match may reach beyond the run. */
export type ShapeScanner = (
  text: string,
  codes: Codes,
  start: number,
  end: number,
  found: (span: Span) => void,
) => void;

interface Anchored {
  readonly anchor: string;
  readonly offset: number;
  readonly boundary: NonNullable<ShapeRule['boundary']>;
  readonly pattern: RegExp;
  readonly accept: ShapeRule['accept'];
  readonly replacement: string;
}

/** So many characters of an anchor decide whether it is looked at. */
export const shortestAnchor = 3;
const tableSize = 1 << 15;

/**
 * Sorts the rules by the first three characters of their anchors, so that a position costs one table look-up, and asks the pattern
 * only where a whole anchor stands. Time is linear in the text: every pattern fails within a bounded number of
 * characters, and a success is skipped.
 * @throws RangeError for an anchor that is too short or cannot stand in a run.
 */
export function createShapeScanner(rules: readonly ShapeRule[]): ShapeScanner {
  const groups = new Map<number, Anchored[]>();
  const mayBegin = new Uint8Array(tableSize);
  const anchored = rules
    .flatMap(({ id, anchors, offset = 0, boundary = 'word', pattern, accept }) =>
      anchors.map((anchor) => ({ anchor, offset, boundary, pattern, accept, replacement: placeholder(id) })),
    )
    .toSorted((a, b) => b.anchor.length - a.anchor.length);
  for (const rule of anchored) {
    const anchor = checked(rule.anchor);
    const hash = hashOf(anchor.charCodeAt(0), anchor.charCodeAt(1), anchor.charCodeAt(2));
    mayBegin[hash] = 1;
    const group = groups.get(hash);
    if (group === undefined) groups.set(hash, [rule]);
    else group.push(rule);
  }

  return (text, codes, start, end, found) => {
    let first = codes[start]!;
    let second = codes[start + 1]!;
    for (let i = start + 2; i < end; i += 1) {
      const third = codes[i]!;
      const hash = hashOf(first, second, third);
      first = second;
      second = third;
      if (mayBegin[hash] === 0) continue;
      for (const rule of groups.get(hash)!) {
        const span = matchAt(text, i - 2, rule);
        if (span === undefined) continue;
        found(span);
        // The last character of a match may begin the next anchor.
        if (span.end > i) {
          if (span.end + 1 >= end) return;
          first = codes[span.end - 1]!;
          second = codes[span.end]!;
          i = span.end;
        }
        break;
      }
    }
  };
}

function hashOf(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & (tableSize - 1);
}

function checked(anchor: string): string {
  if (anchor.length < shortestAnchor) throw new RangeError(`the anchor ${anchor} is too short`);
  for (let at = 0; at < anchor.length; at += 1)
    if (isRunCharacter[anchor.charCodeAt(at)] !== 1)
      throw new RangeError(`the anchor ${anchor} cannot stand in a run`);
  return anchor;
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

const PLUS = 0x2b;
const HYPHEN = 0x2d;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isWord(code: number): boolean {
  return isAlphanumeric(code) || code === UNDERSCORE;
}

/** The letters of an escape that ends right before a token: the `n` of `\n`, the hex digits of `\u000a` and `%20`. */
const escapeBefore = /(?:\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})$/;

/** So many characters before a place tell base64 from the path of a URL. */
const base64Before = 40;

function isInBase64(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - base64Before), start);
  if (before.length < base64Before || !/^[\w+/]+$/.test(before)) return false;
  return /[A-Z]/.test(before) && /[a-z]/.test(before) && /\d/.test(before);
}

function isBoundary(text: string, start: number, kind: 'word' | 'base64' | 'run'): boolean {
  if (start === 0) return true;
  const before = text.charCodeAt(start - 1);
  if (kind === 'base64' && (before === PLUS || before === SLASH) && isInBase64(text, start)) return false;
  if (kind === 'run' && (before === HYPHEN || before === UNDERSCORE)) return false;
  return !isAlphanumeric(before) || escapeBefore.test(text.slice(Math.max(0, start - 6), start));
}
