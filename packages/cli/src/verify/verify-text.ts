import type { Output } from '../output/output.ts';
import type { VerifyReport } from './read-verify-log.ts';

/** The report of a verified run, for people. */
export function verifyText({ compared, drift, notLooked }: VerifyReport, paint: Output['paint']): string {
  const errors = drift.filter(({ severity }) => severity === 'error').length;
  const notes = drift.length - errors;
  const counts = [
    `${compared} ${compared === 1 ? 'call' : 'calls'} compared`,
    ...(errors > 0 ? [paint.red(`${errors} drifted`)] : []),
    ...(notes > 0 ? [paint.yellow(`${notes} ${notes === 1 ? 'note' : 'notes'}`)] : []),
    ...(notLooked.length > 0 ? [paint.red(`${notLooked.length} could not be looked at`)] : []),
    ...(drift.length + notLooked.length === 0 && compared > 0 ? [paint.green('no drift')] : []),
  ];
  const lines = [`${paint.bold('reel verify')}  ${counts.join(paint.dim(' · '))}`];
  for (const endpoint of new Set([...drift, ...notLooked].map((one) => one.endpoint))) {
    lines.push('', `  ${endpoint}`);
    for (const finding of drift) {
      if (finding.endpoint !== endpoint) continue;
      const label = finding.severity === 'error' ? paint.red('error') : paint.yellow('note ');
      const text = finding.path === '' ? finding.what : `${finding.path} ${finding.what}`;
      lines.push(`    ${label}  ${text} ${paint.dim(`(${testsText(finding.tests)})`)}`);
    }
    for (const { endpoint: blind, reason, tests } of notLooked) {
      if (blind === endpoint)
        lines.push(`    ${paint.red('blind')}  ${reason} ${paint.dim(`(${testsText(tests)})`)}`);
    }
  }
  if (compared === 0)
    lines.push(
      '',
      `  nothing was compared, so nothing is known${notLooked.length === 0 ? ': do the tests use Reel, and replay?' : ''}`,
    );
  return lines.join('\n');
}

function testsText(tests: readonly string[]): string {
  return tests.length > 1 ? `${tests[0]} and ${tests.length - 1} more` : (tests[0] ?? '');
}
