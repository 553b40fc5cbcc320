import { type Codes, codesOf } from './codes.ts';
import type { Span } from './span.ts';

/**
 * A body that is cut into pieces: chunks, events, frames. One text and where each piece of it ends, because everything is looked for in
 * the whole, and a stream has tens of thousands of pieces.
 */
export class CutText {
  readonly text: string;
  /** Behind the last character of each piece. */
  readonly ends: readonly number[];
  #codes: Codes | undefined;

  constructor(text: string, ends: readonly number[], codes?: Codes) {
    this.text = text;
    this.ends = ends;
    this.#codes = codes;
  }

  /** Of bytes, one character each. */
  static ofBytes(pieces: readonly Uint8Array[]): CutText {
    const bytes = joinBytes(pieces);
    const ends: number[] = [];
    let end = 0;
    for (const { byteLength } of pieces) ends.push((end += byteLength));
    return new CutText(bytes.toString('latin1'), ends, bytes);
  }

  static of(pieces: readonly string[]): CutText {
    const ends: number[] = [];
    let end = 0;
    for (const { length } of pieces) ends.push((end += length));
    return new CutText(pieces.join(''), ends);
  }

  get codes(): Codes {
    return (this.#codes ??= codesOf(this.text));
  }

  piece(index: number): string {
    return this.text.slice(index === 0 ? 0 : this.ends[index - 1], this.ends[index]);
  }

  /**
   * With every span replaced; they are settled. A replacement belongs to the piece in which its secret begins, later pieces
   * only lose their share, and all other cuts stay where they were. Pieces that lose everything become empty.
   *
   * With `keepLineBreaks` the line breaks inside a span survive in their own pieces, because they frame SSE events and NDJSON lines.
   */
  replace(spans: readonly Span[], keepLineBreaks: boolean): CutText {
    const ends: number[] = [];
    let text = '';
    let at = 0;
    let next = 0;
    let pieceStart = 0;
    for (const pieceEnd of this.ends) {
      while (next < spans.length && spans[next]!.start < pieceEnd) {
        const span = spans[next]!;
        const from = Math.max(span.start, pieceStart);
        const to = Math.min(span.end, pieceEnd);
        text += this.text.slice(at, from);
        if (span.start >= pieceStart) text += span.replacement;
        if (keepLineBreaks) text += this.text.slice(from, to).replaceAll(/[^\r\n]+/g, '');
        at = to;
        if (span.end > pieceEnd) break;
        next += 1;
      }
      ends.push(text.length + pieceEnd - at);
      pieceStart = pieceEnd;
    }
    return new CutText(text + this.text.slice(at), ends);
  }
}

/** Chunks of one body are mostly views of one memory, side by side: then nothing is copied. */
function joinBytes(pieces: readonly Uint8Array[]): Buffer {
  const first = pieces[0];
  if (first === undefined) return Buffer.alloc(0);
  const { buffer, byteOffset } = first;
  let end = byteOffset;
  for (const piece of pieces) {
    if (piece.buffer !== buffer || piece.byteOffset !== end) return Buffer.concat(pieces);
    end += piece.byteLength;
  }
  return Buffer.from(buffer, byteOffset, end - byteOffset);
}
