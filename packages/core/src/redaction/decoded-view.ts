/** A text with its escapes undone, and the way back to the original offsets. */
export interface DecodedView {
  readonly text: string;
  /** Where the character at an offset of the view begins in the original. */
  toOriginal(offset: number): number;
}

// Any number of backslashes (JSON inside JSON), any number of `25` (a percent sign encoded again).
const escapes = /\\{1,32}(?:u00([2-9A-Fa-f][0-9A-Fa-f])|\/)|%(?:25){0,4}([2-9A-Fa-f][0-9A-Fa-f])/g;

/**
 * Undoes `\u00XX`, `\/` and `%XX` for what is not a control character, at any depth, so that a token written `sk\u002dant\u002d...` or
 * `sk%2Dant%2D...` is seen as what it is. `undefined` when there is nothing to undo, which is nearly always.
 */
export function decodeEscapes(text: string): DecodedView | undefined {
  if (!text.includes('\\u00') && !text.includes('\\/') && !text.includes('%')) return undefined;
  let decoded = '';
  let at = 0;
  // Parallel lists: the view begins at `viewStarts[i]` to correspond to `originals[i]`, one to one until the next entry.
  const viewStarts = [0];
  const originals = [0];
  for (const match of text.matchAll(escapes)) {
    const hex = match[1] ?? match[2];
    const character = hex === undefined ? '/' : String.fromCharCode(Number.parseInt(hex, 16));
    // A decoded backslash would change the meaning of the characters after it; delete is not printable.
    if (character === '\\' || character === '\u007f') continue;
    decoded += text.slice(at, match.index);
    viewStarts.push(decoded.length);
    originals.push(match.index);
    decoded += character;
    at = match.index + match[0].length;
    viewStarts.push(decoded.length);
    originals.push(at);
  }
  if (at === 0) return undefined;
  return {
    text: decoded + text.slice(at),
    toOriginal(offset) {
      let low = 0;
      let high = viewStarts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (viewStarts[middle]! <= offset) low = middle;
        else high = middle - 1;
      }
      return originals[low]! + (offset - viewStarts[low]!);
    },
  };
}
