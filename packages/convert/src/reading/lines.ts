import type { Recording } from './recording.ts';
import { utf8 } from './text.ts';

/** A file as texts of whole lines, each with its line end, without holding all of it. The last line may have none. */
export function* wholeLines(recording: Recording): Generator<string> {
  // What came since the last line end, as bytes: a block may end inside a character.
  let rest: Buffer[] = [];
  let isFirst = true;
  const decoded = (bytes: Uint8Array): string => {
    const text = utf8(bytes);
    const hasMark = isFirst && text.startsWith('\uFEFF');
    isFirst = false;
    return hasMark ? text.slice(1) : text;
  };
  for (const block of recording.blocks()) {
    const last = block.lastIndexOf(0x0a) + 1;
    if (last > 0) {
      const whole = Buffer.from(block.buffer, block.byteOffset, last);
      yield decoded(rest.length === 0 ? whole : Buffer.concat([...rest, whole]));
      rest = [];
    }
    // A copy: the block is used again for the next read.
    if (last < block.byteLength) rest.push(Buffer.from(block.subarray(last)));
  }
  if (rest.length > 0) yield decoded(Buffer.concat(rest));
}

/** The lines of a file with their line ends, without holding all of it. */
export function* linesOf(recording: Recording): Generator<string> {
  for (const text of wholeLines(recording)) yield* linesIn(text, 0);
}

export function* linesIn(text: string, start: number): Generator<string> {
  for (let from = start; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline + 1;
    yield text.slice(from, end);
    from = end;
  }
}
