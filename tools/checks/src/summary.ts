import type { TestReport } from './report.ts';

/** The end of the run: what failed, what was skipped and why, and the line with the counts, which is always the last. */
export function summarize(total: TestReport): string {
  const { passed, failed, skipped } = total;
  const lines: string[] = [];
  if (failed.length > 0) {
    lines.push('', 'Failed', ...failed.flatMap(({ name, message }) => [`  ${name}`, indent(message)]));
  }
  if (skipped.length > 0) {
    lines.push(
      '',
      'Skipped',
      ...skipped.map(({ name, reason }) => `  ${name}: ${reason || 'no reason given'}`),
    );
  }
  const counts = [`${passed} passed`, `${failed.length} failed`];
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
  return [...lines, '', counts.join(', ')].join('\n');
}

/** Stacks are cut: the message and the first places are what is read, and the tool's own output is above. */
function indent(message: string): string {
  const lines = message.trimEnd().split('\n');
  const shown = lines.length > 30 ? [...lines.slice(0, 30), `... ${lines.length - 30} more lines`] : lines;
  return shown.map((line) => `    ${line}`).join('\n');
}
