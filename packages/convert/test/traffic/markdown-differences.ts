import type { Table } from './tabulate.ts';

/** Why an exchange is not byte for byte: the ways that are on purpose, each with the exchanges it holds for. */
export function explainDifferences({ differences }: Table): string {
  const reasons = new Map<string, Set<string>>();
  for (const { file, what } of differences) {
    const reason = explain(what);
    reasons.set(reason, (reasons.get(reason) ?? new Set()).add(file));
  }
  return [...reasons]
    .map(
      ([reason, files]) =>
        `- ${files.size}: ${reason} (${[...files].map((file) => `\`${file}\``).join(', ')})`,
    )
    .join('\n');
}

function explain(what: string): string {
  if (what.startsWith('headers differ: lost ; added retry-after'))
    return '`retry-after: 0` is added to a 429 or 5xx in replay, so that nobody waits';
  if (what.startsWith('bytes differ'))
    return 'signed URLs in the answer are secrets, and redaction takes them out';
  return `not explained: ${what}`;
}
