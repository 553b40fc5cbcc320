import type { ModelUsage } from '@reel/core';
import type { Stats } from '@reel/core/engine';
import type { Output } from '../../output/output.ts';
import { plural } from '../../output/plural.ts';
import { tableLines, type Column } from '../../output/table.ts';
import { withoutControls } from '../../output/control.ts';
import { problemLine } from '../shared/problem.ts';

const columns: readonly Column[] = [
  { title: 'calls', align: 'right' },
  { title: 'tokens in', align: 'right' },
  { title: 'tokens out', align: 'right' },
  { title: 'cost', align: 'right' },
];

export function asText(
  stats: Stats,
  { top, paint, hasReceipt }: { top: number; paint: Output['paint']; hasReceipt: boolean },
): string[] {
  const { cassettes, interactions, recorded, saved, spent, tests, unreadable } = stats;
  const lines = [`${plural(cassettes, 'cassette')}, ${plural(interactions, 'interaction')}`];
  const section = (title: string, rows: readonly string[]): void => {
    lines.push('', paint.bold(title), ...rows.map((row) => `  ${row}`));
  };
  section('on tape, by model', models(recorded));
  const dear = tests.filter(({ usage }) => usage.length > 0).slice(0, top);
  if (dear.length > 0) {
    section(
      tests.length > dear.length
        ? `on tape, by test (${dear.length} of ${tests.length})`
        : 'on tape, by test',
      tableLines(
        [{ title: 'test' }, ...columns],
        dear.map(({ test, usage }) => [withoutControls(test), ...figures(usage)]),
      ),
    );
  }
  if (hasReceipt) {
    section('saved by replay in the last runs', models(saved));
    if (spent.length > 0) section('spent on recording in the last runs', models(spent));
  } else lines.push('', paint.dim('What replay saves is known after a run: no receipt of one was found.'));
  for (const { where, problem } of unreadable) lines.push('', paint.red(`${where}: ${problemLine(problem)}`));
  return lines;
}

function models(usages: readonly ModelUsage[]): string[] {
  if (usages.length === 0) return ['no LLM calls with known tokens'];
  const rows = usages.map((usage) => [withoutControls(usage.model), usage.provider, ...figures([usage])]);
  if (usages.length > 1) rows.push(['all', '', ...figures(usages)]);
  return tableLines([{ title: 'model' }, { title: 'provider' }, ...columns], rows);
}

function figures(usages: readonly ModelUsage[]): string[] {
  const sum = (pick: (usage: ModelUsage) => number): string =>
    usages.reduce((total, usage) => total + pick(usage), 0).toLocaleString('en-US');
  return [
    sum(({ calls }) => calls),
    sum(({ inputTokens }) => inputTokens),
    sum(({ outputTokens }) => outputTokens),
    cost(usages),
  ];
}

/** A sum that leaves something out says so. */
function cost(usages: readonly ModelUsage[]): string {
  const known = usages.filter((usage) => usage.cost !== undefined);
  if (known.length === 0) return 'unknown';
  const dollars = known.reduce((total, usage) => total + usage.cost!, 0);
  const text =
    dollars === 0
      ? '$0'
      : dollars < 0.00001
        ? '<$0.00001'
        : dollars < 0.01
          ? `$${dollars.toPrecision(2)}`
          : `$${dollars.toFixed(2)}`;
  return known.length < usages.length ? `${text} + unknown` : text;
}
