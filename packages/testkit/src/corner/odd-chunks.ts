const TEXT =
  'plain, \u00e9t\u00e9, \u6f22\u5b57\u304b\u306a, \u{1f469}\u200d\u{1f680} and \u{1f1e9}\u{1f1ea}\r\nnext line \u2014 end';

/** A text of one- to four-byte characters, cut into pieces of one to five bytes: most boundaries fall inside a character. */
export function oddChunks(): Buffer[] {
  const whole = Buffer.from(TEXT);
  const pieces: Buffer[] = [];
  for (let start = 0, size = 1; start < whole.length; start += size, size = (size % 5) + 1) {
    pieces.push(whole.subarray(start, start + size));
  }
  return pieces;
}
