import type { InteractionChange } from '@reel/core/engine';
import type { Output } from '../../output/output.ts';

const signs: Readonly<Record<InteractionChange['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  moved: '~',
};

/** One interaction's change as lines: what it is, then what differs. */
export function changeLines(change: InteractionChange, paint: Output['paint']): string[] {
  const { kind, before, after, endpoint, about, differences } = change;
  const place =
    before === undefined
      ? `interaction ${after} is new`
      : after === undefined
        ? `interaction ${before} is gone`
        : kind === 'moved'
          ? `interaction ${before} is now ${after}, otherwise the same`
          : before === after
            ? `interaction ${before}`
            : `interaction ${before}, now ${after}`;
  const subject = `${endpoint}${about === undefined ? '' : `  "${about}"`}`;
  const color = kind === 'added' ? paint.green : kind === 'removed' ? paint.red : paint.bold;
  const lines = ['', `${color(`${signs[kind]} ${place}:`)} ${subject}`];
  for (const side of ['request', 'answer'] as const) {
    const ofSide = differences.filter((difference) => difference.side === side);
    if (ofSide.length === 0) continue;
    lines.push(
      `  ${paint.dim(side)}`,
      ...ofSide.flatMap((difference) => difference.lines.map((line) => `    ${line}`)),
    );
  }
  return lines;
}
