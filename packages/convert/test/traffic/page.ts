/** The part of docs/traffic.md that `import-speed` writes; it stands at the end. */
export const speedHeading = '## What an import costs';

/** The page with another such part. */
export function withSection(page: string, section: string): string {
  const [rest] = page.split(`\n${speedHeading}`);
  return `${rest!.trimEnd()}\n\n${section}`;
}

/** The part of a page; empty when it has none. */
export function sectionOf(page: string): string {
  const at = page.indexOf(`\n${speedHeading}`);
  return at === -1 ? '' : page.slice(at + 1);
}
