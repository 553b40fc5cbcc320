import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { RunSummary } from '../report.ts';
import { describeUsage } from '../summary.ts';

/** A run as GitHub Actions shows it. */
export interface ActionsRun {
  readonly runner: string;
  readonly summary: RunSummary;
  /** Folder that the file names of tests are relative to. */
  readonly root: string;
}

/** GitHub cuts a step's summary off at 1 MiB, and drops it whole above. */
const mostSummary = 200_000;
/** GitHub shows ten annotations of a kind for a step. */
const mostAnnotations = 10;

/**
 * Tells GitHub Actions of a run: a summary on the page of the job (`GITHUB_STEP_SUMMARY`), and an annotation on the line of each test
 * that missed. Does nothing elsewhere.
 * @returns what is to be printed: the annotations are workflow commands on standard output
 */
export function tellGitHub(
  run: ActionsRun,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (environment['GITHUB_ACTIONS'] !== 'true') return '';
  const file = environment['GITHUB_STEP_SUMMARY'];
  if (file !== undefined && file !== '') {
    try {
      appendFileSync(file, stepSummary(run));
    } catch {
      // A summary that cannot be shown must not fail a run that passed.
    }
  }
  return annotations(run, environment['GITHUB_WORKSPACE'] ?? run.root);
}

/** The run in Markdown; empty when no test made a call. */
export function stepSummary({ runner, summary }: ActionsRun): string {
  const { replayed, recorded, misses, unused, savedUsage, spentUsage, warnings } = summary;
  if (replayed + recorded + misses.length + warnings.length === 0) return '';
  const unusedCount = unused.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    `### Reel: ${runner}`,
    '',
    '| tests | replayed | recorded | missed | unused |',
    '| --: | --: | --: | --: | --: |',
    `| ${summary.tests} | ${replayed} | ${recorded} | ${misses.length} | ${unusedCount} |`,
    '',
  ];
  if (savedUsage.length > 0) lines.push(`Not spent: ${describeUsage(savedUsage)}.`, '');
  if (spentUsage.length > 0) lines.push(`Spent: ${describeUsage(spentUsage)}.`, '');
  for (const { test, message } of misses) {
    lines.push(`**Missed** in ${inline(test)}`, '', ...fenced(message), '');
    if (lengthOf(lines) > mostSummary) {
      lines.push('More misses are in the log.', '');
      break;
    }
  }
  for (const { cassette, count } of unused)
    lines.push(`- ${count} ${count === 1 ? 'recording' : 'recordings'} unused in ${inline(cassette)}`);
  for (const warning of warnings) lines.push(`- Warning: ${inline(warning)}`);
  return `${lines.join('\n')}\n\n`;
}

/**
 * An error on the line of each test that missed.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function annotations({ summary, root }: ActionsRun, workspace: string): string {
  return summary.misses
    .slice(0, mostAnnotations)
    .map(({ test, code, message }) => {
      const place = placeOf(test, root, workspace);
      return `::error ${place}title=${property(`Reel: ${code}`)}::${data(message)}\n`;
    })
    .join('');
}

function placeOf(test: string, root: string, workspace: string): string {
  const [path, ...titles] = test.replace(/^hooks of /, '').split(' > ');
  const file = join(root, path!);
  const shown = relative(workspace, file).split(sep).join('/');
  if (!existsSync(file) || shown.startsWith('..') || isAbsolute(shown)) return '';
  return `file=${property(shown)},line=${lineOf(file, titles)},`;
}

/**
 * The line that the last title is written on, looked for below those around it: the same title may stand in other blocks. Where a title
 * is put together from parts, it is the line of the block, and 1 when there is none.
 */
function lineOf(file: string, titles: readonly string[]): number {
  const lines = readFileSync(file, 'utf8').split('\n');
  let at = 0;
  for (const title of titles) {
    const quoted = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
    const whole = lines.findIndex((line, index) => index >= at && quoted.some((text) => line.includes(text)));
    const index =
      whole === -1 ? lines.findIndex((line, index) => index >= at && line.includes(title)) : whole;
    if (index !== -1) at = index;
  }
  return at + 1;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Code in a line. What is shown comes from requests: it must not become Markdown. */
function inline(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${text.replaceAll(/\s+/g, ' ')} ${fence}`;
}

function fenced(text: string): string[] {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, text, fence];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
