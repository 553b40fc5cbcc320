import { createHash } from 'node:crypto';
import type { ModelUsage } from '@reel/core';
import { plural } from '../../output/plural.ts';
import { inlineCode, listOf } from '../markdown.ts';
import type { FreshnessReport } from './report.ts';

/** One line: of the pull request or the issue, and of the log. */
export function titleOf(report: FreshnessReport): string {
  const { errors, notes } = counts(report);
  switch (report.verdict) {
    case 'blind':
      return 'Reel could not look whether recordings are fresh';
    case 'drift':
      return `Recordings anew: ${plural(errors, 'drift')} in ${plural(endpointsOf(report), 'endpoint')}`;
    case 'notes':
      return `Recordings: ${plural(notes, 'note')} on answers of providers, nothing broken`;
    case 'fresh':
      return 'Recordings anew: answers have the shapes they had';
  }
}

/** The report in words, as Markdown. What comes from recordings stands in code and is no Markdown of its own. */
export function bodyOf(report: FreshnessReport): string {
  const { drift, changed, same, added, notLooked, problems, size, usage, secrets, passed, compared } = report;
  const { errors, notes } = counts(report);
  const lines = [
    `${plural(compared.length, 'endpoint')} compared: ${plural(errors, 'error')}, ${plural(notes, 'note')}.`,
    '',
  ];
  section(lines, 'What a program may stumble over', findingsOf(drift, 'error'));
  section(lines, 'What is worth knowing', findingsOf(drift, 'note'));
  section(
    lines,
    `Tests with another recording (${changed.length}; ${same} recorded anew and the same)`,
    changed.map(({ test, calls }) => `${inlineCode(test)}: ${plural(calls, 'call')}`),
  );
  section(lines, 'New cassettes', added.map(inlineCode));
  section(lines, 'Not recorded anew, so nothing is known of them', notLooked.map(inlineCode));
  section(
    lines,
    'Could not be read',
    problems.map(({ file, what }) => `${inlineCode(file)}: ${inlineCode(what)}`),
  );
  lines.push(
    `- Tests: ${passed ? 'all passed while they were recorded' : '**some failed while they were recorded**'}.`,
    `- Size: ${kilobytes(size.before)} before, ${kilobytes(size.after)} now.`,
    `- Tokens: ${usageText(usage.before)} before, ${usageText(usage.after)} now.`,
    `- Secrets: ${secrets === 0 ? 'none found' : `**${plural(secrets, 'finding')}**`}.`,
  );
  return `${lines.join('\n')}\n`;
}

/** The same findings have the same one: what was closed once is not opened again. */
export function fingerprintOf({ drift }: FreshnessReport): string {
  const facts = drift.map(({ endpoint, kind, severity, text }) =>
    [endpoint, kind, severity, text].join('\n'),
  );
  return createHash('sha256').update(facts.toSorted().join('\0')).digest('hex').slice(0, 16);
}

function counts({ drift }: FreshnessReport): { errors: number; notes: number } {
  const errors = drift.filter(({ severity }) => severity === 'error').length;
  return { errors, notes: drift.length - errors };
}

function endpointsOf({ drift }: FreshnessReport): number {
  return new Set(drift.filter(({ severity }) => severity === 'error').map(({ endpoint }) => endpoint)).size;
}

function findingsOf(drift: FreshnessReport['drift'], severity: 'error' | 'note'): string[] {
  return drift
    .filter((finding) => finding.severity === severity)
    .map(({ endpoint, text }) => `${inlineCode(endpoint)}: ${inlineCode(text)}`);
}

function section(lines: string[], title: string, items: readonly string[]): void {
  if (items.length > 0) lines.push(`### ${title}`, '', ...listOf(items, 30), '');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toLocaleString('en-US', { maximumFractionDigits: 1 })} kB`;
}

function usageText(usages: readonly ModelUsage[]): string {
  const sum = (pick: (usage: ModelUsage) => number): number =>
    usages.reduce((total, usage) => total + pick(usage), 0);
  const tokens = `${sum(({ inputTokens }) => inputTokens).toLocaleString('en-US')} in, ${sum(({ outputTokens }) => outputTokens).toLocaleString('en-US')} out`;
  const priced = usages.filter(({ cost }) => cost !== undefined);
  const cost = priced.reduce((total, usage) => total + (usage.cost ?? 0), 0);
  const isPartly = priced.length < usages.length ? ' and more (a price is not known)' : '';
  return priced.length === 0 ? tokens : `${tokens}, about $${cost.toFixed(4)}${isPartly}`;
}
