import type { CheckFinding, CheckResult } from '@reel/core/engine';
import { withoutControls } from '../../output/control.ts';
import type { Output } from '../../output/output.ts';
import { plural } from '../../output/plural.ts';

/** Findings below the file they are in, each with what to do; a remedy that several share is said once. */
export function findingLines(findings: readonly CheckFinding[], paint: Output['paint']): string[] {
  const lines: string[] = [];
  for (const [where, ofFile] of Map.groupBy(findings, (finding) => finding.where)) {
    if (lines.length > 0) lines.push('');
    lines.push(paint.bold(withoutControls(where)));
    ofFile.forEach(({ line, kind, severity, message, fix, fingerprint }, index) => {
      const place = line === undefined ? '' : `line ${line}: `;
      const label = severity === 'note' ? paint.yellow(`note ${kind}`) : paint.red(kind);
      lines.push(
        `  ${label}  ${place}${withoutControls(message)}${fingerprint === undefined ? '' : ` ${fingerprint}`}`,
      );
      if (fix !== undefined && ofFile[index + 1]?.fix !== fix)
        lines.push(`    ${paint.dim(withoutControls(fix))}`);
    });
  }
  return lines;
}

/** @param searched where cassettes were looked for; `undefined`: among what is staged */
export function summaryLine(
  { files, unchanged, findings }: CheckResult,
  errors: number,
  paint: Output['paint'],
  searched: string | undefined,
): string {
  if (files === 0 && findings.length === 0)
    return searched === undefined ? 'no cassettes are staged' : `no cassettes to check below ${searched}`;
  const notes = findings.length - errors;
  const parts = [
    `${plural(files, 'cassette')} checked${unchanged > 0 ? ` (${unchanged} unchanged since they were clean)` : ''}`,
    errors === 0 ? paint.green('nothing wrong') : paint.red(plural(errors, 'finding')),
    ...(notes > 0 ? [plural(notes, 'note')] : []),
  ];
  return parts.join(', ');
}
