import type { Payload } from './payloads.ts';
import { priority, type Span } from './span.ts';

const lists = /"(?:top_logprobs|topCandidates|bytes)"\s*:\s*(?=[[{])/g;

/**
 * The alternatives and the bytes of tokens in every payload in which a token lost something: they hold the same letters. Emptied
 * whole, so that neither order nor number tells what stood there; the log probabilities themselves stay.
 */
export function blankAlternatives(
  text: string,
  tokens: readonly { readonly payload: Payload }[],
  edits: readonly Span[],
): Span[] {
  const blanks: Span[] = [];
  const payloads = new Set(tokens.map(({ payload }) => payload));
  for (const { start, end } of payloads) {
    if (!edits.some((edit) => edit.start >= start && edit.end <= end)) continue;
    lists.lastIndex = start;
    for (let match = lists.exec(text); match !== null && match.index < end; match = lists.exec(text)) {
      const open = match.index + match[0].length;
      const close = closingBracket(text, open, end);
      const isEmpty = close - open <= 2;
      if (!isEmpty)
        blanks.push({
          start: open,
          end: close,
          replacement: text[open] === '[' ? '[]' : '{}',
          rank: priority.custom,
        });
      lists.lastIndex = close;
    }
  }
  return blanks;
}

/** Behind the bracket that closes the one at `open`. */
function closingBracket(text: string, open: number, limit: number): number {
  let depth = 0;
  for (let at = open; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at += 1;
      while (at < limit && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
    } else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return limit;
}
