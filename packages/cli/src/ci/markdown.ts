/** Code in a line. Names of files and tests are somebody's text: they become neither Markdown nor mentions. */
export function inlineCode(text: string): string {
  const runs = Array.from(text.matchAll(/`+/g), ([run]) => run.length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return runs.length > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** A list of so many at most, and how many more there are. */
export function listOf(items: readonly string[], most: number): string[] {
  const rest = items.length - most;
  return [
    ...items.slice(0, most).map((item) => `- ${item}`),
    ...(rest > 0 ? [`- and ${rest.toLocaleString('en-US')} more`] : []),
  ];
}
