import type { Finding } from './finding.ts';

const mostShown = 20;

export function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.slice(0, mostShown).flatMap(({ where, what }) => [
    `  ${where}`,
    ...what
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]);
  const more = findings.length - mostShown;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

/** A line that GitHub Actions shows on the page of the run; elsewhere a line as any other. */
export function warnGitHub(text: string): void {
  const line = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  console.log(
    process.env['GITHUB_ACTIONS'] === 'true'
      ? `::warning title=Reel compatibility::${line}`
      : `warning: ${text}`,
  );
}
