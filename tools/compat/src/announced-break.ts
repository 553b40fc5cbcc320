/**
 * Whether a change says that it breaks something: `!:` in its title, or a line `BREAKING CHANGE: ...` in its body. Nothing else
 * lets a break pass.
 * @returns the words that say so
 */
export function announcedBreak(title: string, body: string): string | undefined {
  if (title.includes('!:')) return title;
  return /^BREAKING[ -]CHANGE:.*$/m.exec(body)?.[0];
}
