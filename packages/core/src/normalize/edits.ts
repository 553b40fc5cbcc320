/** One replacement in a text: what stands at `[start, end)` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits as numbers, small to keep and to send to another thread: a long stream has thousands. */
export interface EditList {
  /** Start and end of each. */
  readonly places: Uint32Array;
  readonly texts: readonly string[];
}

export const noEdits: EditList = { places: new Uint32Array(0), texts: [] };

export function fromEditList({ places, texts }: EditList): Edit[] {
  return texts.map((text, index) => ({ start: places[index * 2]!, end: places[index * 2 + 1]!, text }));
}

/**
 * Sorts edits and drops those that overlap an earlier one in the given order: the first in the list wins over any later
 * one that touches the same characters.
 */
export function settleEdits(edits: readonly Edit[]): readonly Edit[] {
  if (areSettled(edits)) return edits;
  // Nearly always nothing overlaps, and then the order of the list does not matter.
  const inOrder = edits.toSorted((a, b) => a.start - b.start);
  return areSettled(inOrder) ? inOrder : settleOverlaps(edits);
}

/** Whether edits are in the order of the text and none overlaps another. */
export function areSettled(edits: readonly Edit[]): boolean {
  for (let index = 1; index < edits.length; index++)
    if (edits[index - 1]!.end > edits[index]!.start) return false;
  return true;
}

/** `settleEdits([...first, ...second])` for two lists that are settled each: a long stream has thousands of both. */
export function mergeEdits(first: readonly Edit[], second: readonly Edit[]): readonly Edit[] {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const merged: Edit[] = [];
  let next = 0;
  for (const edit of first) {
    while (next < second.length && second[next]!.start < edit.start) merged.push(second[next++]!);
    merged.push(edit);
  }
  while (next < second.length) merged.push(second[next++]!);
  return areSettled(merged) ? merged : settleOverlaps([...first, ...second]);
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
  let written = '';
  let at = 0;
  for (const edit of edits) {
    written += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return written + text.slice(at);
}

/**
 * Where the cuts of a text are after settled edits, given where its pieces ended before. A cut stays where it was in the text around; a
 * replacement for something that a cut went through stands before the cut.
 */
export function movedCuts(cuts: readonly number[], edits: readonly Edit[]): number[] {
  let next = 0;
  let growth = 0;
  return cuts.map((cut) => {
    while (next < edits.length && edits[next]!.end <= cut) {
      const { start, end, text } = edits[next++]!;
      growth += text.length - (end - start);
    }
    const through = edits[next];
    return through === undefined || through.start >= cut
      ? cut + growth
      : through.start + growth + through.text.length;
  });
}
