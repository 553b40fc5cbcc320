import type { PrunePlan } from '@reel/core/engine';
import { withoutControls } from '../../output/control.ts';
import type { Output } from '../../output/output.ts';
import { plural } from '../../output/plural.ts';

export function planLines({ orphans, unused, kept }: PrunePlan, paint: Output['paint']): string[] {
  const lines: string[] = [];
  const section = (title: string, rows: readonly string[]): void => {
    if (rows.length === 0) return;
    if (lines.length > 0) lines.push('');
    lines.push(paint.bold(title), ...rows.map((row) => `  ${withoutControls(row)}`));
  };
  section(
    'cassettes that no test asks for',
    orphans.map(({ file, interactions }) => `${file.where}  (${plural(interactions, 'recording')})`),
  );
  section(
    'cassettes with recordings that no test asks for',
    unused.map(({ file, interactions, removed }) => {
      const numbers = removed.map((index) => index + 1);
      return `${file.where}  (${shortList(numbers)} of ${interactions})`;
    }),
  );
  section(
    'left alone',
    kept.map(({ where, reason }) => `${where}  (${reason})`),
  );
  return lines;
}

function shortList(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 8).join(', ');
  return numbers.length > 8 ? `${shown} and ${numbers.length - 8} more` : shown;
}
