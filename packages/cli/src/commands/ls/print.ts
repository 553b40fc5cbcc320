import type * as Engine from '@reel/core/engine';
import type { CassetteOutline, UnreadableCassette } from '@reel/core/engine';
import type { Output } from '../../output/output.ts';
import { tableLines } from '../../output/table.ts';
import { withoutControls } from '../../output/control.ts';
import { problemLine, problemOf } from '../shared/problem.ts';

type Listed = CassetteOutline | UnreadableCassette;

export function asJson(outlines: readonly Listed[]): unknown {
  return {
    cassettes: outlines.map((outline) =>
      'problem' in outline
        ? { file: outline.where, problem: problemOf(outline.problem) }
        : {
            file: outline.where,
            name: outline.name,
            interactions: outline.interactions,
            providers: outline.providers,
            models: outline.models,
            bytes: outline.bytes,
            recordedAt: outline.recordedAt,
            flags: outline.flags,
          },
    ),
  };
}

export function asTable(
  outlines: readonly Listed[],
  engine: Pick<typeof Engine, 'formatAge' | 'formatSize'>,
  paint: Output['paint'],
  now: number,
): string[] {
  const [titles, ...rows] = tableLines(
    [
      { title: 'cassette' },
      { title: 'calls', align: 'right' },
      { title: 'provider' },
      { title: 'model' },
      { title: 'size', align: 'right' },
      { title: 'age', align: 'right' },
      { title: 'flags' },
    ],
    outlines
      .map((outline) =>
        'problem' in outline
          ? [outline.where, '', '', '', '', '', '']
          : [
              outline.where,
              String(outline.interactions),
              few(outline.providers),
              few(outline.models),
              engine.formatSize(outline.bytes),
              engine.formatAge(now - Date.parse(outline.recordedAt)),
              outline.flags.join(' '),
            ],
      )
      .map((cells) => cells.map((cell) => withoutControls(cell))),
  );
  return [
    paint.bold(titles!),
    ...outlines.map((outline, index) =>
      'problem' in outline ? `${rows[index]!}  ${paint.red(problemLine(outline.problem))}` : rows[index]!,
    ),
  ];
}

function few(names: readonly string[]): string {
  return names.length > 2 ? `${names.slice(0, 2).join(', ')} +${names.length - 2}` : names.join(', ');
}
