import type { ImportedFile, ImportReport } from './report.ts';

/** Lines to show of a file with many of them: the same reason comes again and again. */
const mostReasons = 5;

/**
 * A report for people: a line for each file, what was left out of it and why, and at the end what the formats could not carry.
 * Text of files is not quoted, but for their names.
 */
export function formatReport(report: ImportReport): string {
  const { totals, dryRun, to } = report;
  const lines = report.files.flatMap((file) => fileLines(file));
  const notes = new Map<string, number>();
  for (const file of report.files) {
    // Of a file that gave nothing, its own line says why.
    if (file.exchanges === 0) continue;
    for (const { text, count } of file.notes) notes.set(text, (notes.get(text) ?? 0) + count);
  }
  if (notes.size > 0) lines.push('', 'What the recordings do not carry, and what was done about it:');
  for (const [text, count] of [...notes].toSorted(([, a], [, b]) => b - a))
    lines.push(`  ${count} × ${text}`);
  const leftOut = [
    ...(totals.skippedFiles > 0 ? [count(totals.skippedFiles, 'file')] : []),
    ...(totals.skipped > 0 ? [count(totals.skipped, 'part')] : []),
  ];
  const seconds = Math.max(report.milliseconds, 1) / 1000;
  lines.push(
    '',
    `${count(totals.exchanges, 'exchange')} of ${count(totals.importedFiles, 'file')} ${dryRun ? 'would go' : 'imported'} to ${to}` +
      (leftOut.length > 0 ? `; ${leftOut.join(' and ')} left out` : '') +
      ` (${(totals.bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s)`,
  );
  return lines.join('\n');
}

function fileLines({ file, format, cassette, exchanges, skipped, problem }: ImportedFile): string[] {
  const head =
    problem === undefined
      ? `${file} (${format}): ${count(exchanges, 'exchange')} -> ${cassette}`
      : `${file}${format === undefined ? '' : ` (${format})`}: not imported: ${problem}`;
  // The only part that was left out is the reason of the file.
  const parts = problem !== undefined && skipped.length === 1 ? [] : skipped;
  const shown = parts.slice(0, mostReasons).map(({ where, reason }) => `  ${where} left out: ${reason}`);
  if (parts.length > shown.length) shown.push(`  and ${parts.length - shown.length} more`);
  return [head, ...shown];
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
