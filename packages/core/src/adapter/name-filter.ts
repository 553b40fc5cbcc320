/** The pattern that selects exactly one test where a runner matches names, joined with blanks, against a regular expression. */
export function nameFilter(titlePath: readonly string[]): string {
  return `^${titlePath.join(' ').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
}
