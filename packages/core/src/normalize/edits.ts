/** One replacement in a text: what stands at `[start, end)` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sorts edits and drops those that overlap an earlier one in the given order: the first in the list wins over any later
 * one that touches the same characters.
 */
export function settleEdits(edits: readonly Edit[]): Edit[] {
  if (edits.length < 2) return [...edits];
  // Nearly always nothing overlaps, and then the order of the list does not matter.
  const inOrder = edits.toSorted((a, b) => a.start - b.start);
  return inOrder.some((edit, index) => index > 0 && inOrder[index - 1]!.end > edit.start)
    ? settleOverlaps(edits)
    : inOrder;
}

function settleOverlaps(edits: readonly Edit[]): Edit[] {
  const sorted = edits
    .map((edit, priority) => ({ edit, priority }))
    .toSorted((a, b) => a.edit.start - b.edit.start || a.priority - b.priority);
  const kept: { edit: Edit; priority: number }[] = [];
  for (const next of sorted) {
    let loses = false;
    while (kept.length > 0 && kept.at(-1)!.edit.end > next.edit.start) {
      if (kept.at(-1)!.priority < next.priority) {
        loses = true;
        break;
      }
      kept.pop();
    }
    if (!loses) kept.push(next);
  }
  return kept.map(({ edit }) => edit);
}

/** Applies settled edits. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return applyEditsToPieces([text], edits)[0]!;
}

/**
 * Applies settled edits to a text that lies in pieces; offsets count through all of them. The cuts stay where they were
 * in the text around; a replacement for something that a cut went through stands before the cut.
 */
export function applyEditsToPieces(pieces: readonly string[], edits: readonly Edit[]): string[] {
  if (edits.length === 0) return [...pieces];
  const result: string[] = [];
  let next = 0;
  let offset = 0;
  for (const piece of pieces) {
    const end = offset + piece.length;
    let written = '';
    let at = offset;
    while (next < edits.length && edits[next]!.start < end) {
      const edit = edits[next]!;
      // An edit that began in an earlier piece has been written there; only its tail is dropped here.
      if (edit.start >= offset) written += piece.slice(at - offset, edit.start - offset) + edit.text;
      at = Math.min(edit.end, end);
      if (edit.end > end) break;
      next++;
    }
    written += piece.slice(at - offset);
    result.push(written);
    offset = end;
  }
  return result;
}
