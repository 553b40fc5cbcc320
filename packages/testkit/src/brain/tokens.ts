/**
 * Cuts a text into pieces that stand for tokens: a word keeps the space before it, long words are cut every five
 * characters, other scripts go sign by sign. No piece splits a code point, and the pieces joined are the text.
 */
export function tokenize(text: string): string[] {
  const pieces: string[] = [];
  for (const match of text.matchAll(/ ?[\p{Script=Latin}\p{M}]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]|\s+|[\s\S]/gu)) {
    const signs = [...match[0]];
    if (signs.length <= 7) {
      pieces.push(match[0]);
      continue;
    }
    for (let start = 0; start < signs.length; start += 5) pieces.push(signs.slice(start, start + 5).join(''));
  }
  return pieces;
}

/** How many tokens a text costs. */
export function countTokens(text: string): number {
  return tokenize(text).length;
}

/** Cuts a text into a few larger pieces, as providers do that send several tokens in one event. */
export function slices(text: string, tokensPerSlice: number): string[] {
  const tokens = tokenize(text);
  const cut: string[] = [];
  for (let start = 0; start < tokens.length; start += tokensPerSlice) {
    cut.push(tokens.slice(start, start + tokensPerSlice).join(''));
  }
  return cut;
}
