import { placeholdersIn } from './placeholder.ts';

/** A stretch of a text that has to go, and what stands there afterwards. Offsets are UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Which replacement stays where spans overlap: the higher one. See {@link priority}. */
  readonly rank: number;
}

/**
 * A name beats a shape beats a known value. The name has to win because it is the same in replay, where the application runs
 * with another key or with none: `"api_key": "<any>"` must become the same text on both sides or matching breaks.
 */
export const priority = { known: 0, encoded: 1, shape: 2, named: 3, custom: 4 } as const;

/**
 * Spans in order and without overlaps. Overlapping ones become one that covers all, with the replacement of the highest
 * rank, so no edge of a secret stays. An `encoded` span is the exception: it rewrites a whole base64 run and cannot be
 * joined with anything. The lower rank is dropped, and the next pass sees what is left.
 *
 * Placeholders are never cut: a span inside one is dropped, a span across the edge of one takes it in.
 */
export function settleSpans(spans: readonly Span[], text: string): Span[] {
  const outside = keepPlaceholdersWhole(spans, text).toSorted((a, b) => a.start - b.start || b.end - a.end);
  const settled: Span[] = [];
  for (const span of outside) {
    const last = settled.at(-1);
    if (last === undefined || span.start >= last.end) settled.push(span);
    else if (last.rank === priority.encoded || span.rank === priority.encoded) {
      if (span.rank > last.rank) settled[settled.length - 1] = span;
    } else {
      const winner = span.rank > last.rank ? span : last;
      settled[settled.length - 1] = { ...winner, start: last.start, end: Math.max(last.end, span.end) };
    }
  }
  return settled;
}

function keepPlaceholdersWhole(spans: readonly Span[], text: string): Span[] {
  const fixed = placeholdersIn(text);
  if (fixed.length === 0) return [...spans];
  const kept: Span[] = [];
  for (const span of spans) {
    let { start, end } = span;
    let inside = false;
    for (const [from, to] of fixed) {
      if (from >= end || to <= start) continue;
      inside ||= start >= from && end <= to;
      start = Math.min(start, from);
      end = Math.max(end, to);
    }
    if (!inside) kept.push({ ...span, start, end });
  }
  return kept;
}

/** The text with every span replaced. Spans are settled: in order, without overlaps. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { start, end, replacement } of spans) {
    out += text.slice(at, start) + replacement;
    at = end;
  }
  return out + text.slice(at);
}
