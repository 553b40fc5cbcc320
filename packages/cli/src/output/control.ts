/**
 * Control characters but tab and line feed, which could move the cursor or change colors of the terminal that shows a recording, as
 * pictures of themselves (U+2400 and following).
 */
export function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n]/gu, (char) => {
    const code = char.codePointAt(0)!;
    return code < 0x20 ? String.fromCodePoint(0x24_00 + code) : code === 0x7f ? '\u2421' : '\uFFFD';
  });
}
