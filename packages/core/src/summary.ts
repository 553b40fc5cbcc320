import { createColors } from 'picocolors';
import type { ModelUsage, RunSummary } from './report.ts';

export interface SummaryFormat {
  readonly color: boolean;
  /** Names what was run, first on the line. Default `reel`. */
  readonly title?: string;
}

/** A wrong key gives every test the same one. All are in the receipt. */
const mostWarnings = 10;

/** A run in a few lines; the empty string when no test made a call. */
export function formatSummary(summary: RunSummary, { color, title = 'reel' }: SummaryFormat): string {
  const paint = createColors(color);
  const { replayed, recorded, notKept, misses, unused, savedUsage, spentUsage, warnings, cassettesWritten } =
    summary;
  if (replayed + recorded + misses.length + warnings.length === 0) return '';
  const drifted = misses.filter(({ code }) => code === 'REEL_DRIFT' || code === 'REEL_NOT_VERIFIED');
  const missed = misses.filter((miss) => !drifted.includes(miss));
  const counts = [
    paint.green(`${replayed} replayed`),
    recorded > 0 ? paint.yellow(`${recorded} recorded`) : undefined,
    missed.length > 0 ? paint.red(`${missed.length} missed`) : undefined,
    drifted.length > 0 ? paint.red(`${drifted.length} drifted or not verified`) : undefined,
    unused.length > 0
      ? paint.yellow(`${unused.reduce((sum, { count }) => sum + count, 0)} unused`)
      : undefined,
  ].filter((part) => part !== undefined);
  const lines = [
    `${paint.bold(title)}  ${counts.join(paint.dim(' · '))} ${paint.dim(`in ${plural(summary.tests, 'test')}`)}`,
  ];
  if (savedUsage.length > 0) lines.push(`  ${paint.dim('not spent')}  ${describeUsage(savedUsage)}`);
  if (spentUsage.length > 0) lines.push(`  ${paint.dim('spent')}      ${describeUsage(spentUsage)}`);
  if (notKept > 0)
    lines.push(
      `  ${paint.yellow('not kept')}   ${plural(notKept, 'recording')}: a failure is not recorded, and what was on tape is unchanged`,
    );
  if (cassettesWritten.length > 0) lines.push(`  ${paint.dim('written')}    ${shortList(cassettesWritten)}`);
  for (const miss of misses) {
    lines.push(
      `  ${paint.red(drifted.includes(miss) ? 'drifted' : 'missed ')}    ${miss.test}: ${[miss.method, miss.url].filter((part) => part !== '').join(' ')} ${paint.dim(`(${miss.code})`)}`,
    );
  }
  for (const { cassette, count } of unused) {
    lines.push(`  ${paint.yellow('unused')}     ${plural(count, 'recording')} in ${cassette}`);
  }
  for (const warning of warnings.slice(0, mostWarnings))
    lines.push(`  ${paint.yellow('warning')}    ${warning}`);
  if (warnings.length > mostWarnings)
    lines.push(
      `  ${paint.yellow('warning')}    and ${plural(warnings.length - mostWarnings, 'more warning')}`,
    );
  return lines.join('\n');
}

/** Tokens and money of a run: `5 calls, 1,200 tokens in, 300 out, about $0.0042`. */
export function describeUsage(usages: readonly ModelUsage[]): string {
  const total = (pick: (usage: ModelUsage) => number): number =>
    usages.reduce((sum, usage) => sum + pick(usage), 0);
  const priced = usages.filter(({ cost }) => cost !== undefined);
  const unpriced = usages.filter(({ cost }) => cost === undefined);
  const parts = [
    plural(
      total(({ calls }) => calls),
      'call',
    ),
    `${count(total(({ inputTokens }) => inputTokens))} tokens in`,
    `${count(total(({ outputTokens }) => outputTokens))} out`,
  ];
  if (priced.length > 0) parts.push(`about ${money(priced.reduce((sum, { cost }) => sum + cost!, 0))}`);
  if (unpriced.length > 0) parts.push(`no price known for ${shortList(unpriced.map(({ model }) => model))}`);
  return parts.join(', ');
}

function shortList(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(', ');
  return items.length > 3 ? `${shown} and ${items.length - 3} more` : shown;
}

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function money(dollars: number): string {
  return dollars === 0 ? '$0' : dollars < 0.01 ? `$${dollars.toPrecision(2)}` : `$${dollars.toFixed(2)}`;
}
