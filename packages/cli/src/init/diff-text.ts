import { structuredPatch } from 'diff';
import type { Output } from '../output/output.ts';
import type { Change } from './step.ts';

/** A change as `git diff` would show it, without its header. */
export function diffText(
  { before = '', after }: Pick<Change, 'after' | 'before'>,
  paint: Output['paint'],
): string {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 3 });
  return hunks
    .flatMap(({ lines }, index) => [
      ...(index > 0 ? [paint.dim('  ...')] : []),
      ...lines.map((line) => paintLine(line, paint)),
    ])
    .map((line) => `  ${line}`)
    .join('\n');
}

function paintLine(line: string, paint: Output['paint']): string {
  if (line.startsWith('+')) return paint.green(line);
  return line.startsWith('-') ? paint.red(line) : paint.dim(line);
}
