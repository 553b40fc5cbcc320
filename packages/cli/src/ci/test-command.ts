import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../frame/usage-error.ts';
import { detectProject } from '../init/detect/project.ts';
import { detectRunners, runnerNames, runnerSigns, type RunnerName } from '../init/detect/runners.ts';

export interface TestSelection {
  /** Files and folders, or names of tests as the runner's own filter takes them. Empty: all. */
  readonly tests: readonly string[];
  /** Default: the one runner that the project has. */
  readonly runner?: string | undefined;
  /** A shell command in place of the runner's own. */
  readonly command?: string | undefined;
}

/** The option of each runner that filters by name, as a regular expression. */
const nameFilters: Readonly<Record<RunnerName, string>> = {
  vitest: '--testNamePattern',
  jest: '--testNamePattern',
  mocha: '--grep',
  playwright: '--grep',
};

/**
 * The command that runs the tests that were asked for. What comes from outside is an argument of its own and never part of a shell's text;
 * a name goes behind `=`, so that none of them is an option.
 * @throws UsageError when the runner is not known
 */
export function testCommand(folder: string, { tests, runner, command }: TestSelection): string[] {
  const wanted = tests.map((test) => test.trim()).filter((test) => test !== '');
  const isPath = (test: string): boolean => !test.startsWith('-') && existsSync(join(folder, test));
  const names = wanted.filter((test) => !isPath(test));
  // Only a name needs the runner to be known when the command is given.
  const chosen =
    command === undefined || command === '' || names.length > 0 ? runnerOf(folder, runner) : undefined;
  const filter =
    chosen === undefined || names.length === 0 ? [] : [`${nameFilters[chosen]}=${joined(names)}`];
  const words = [...wanted.filter(isPath), ...filter];
  if (command !== undefined && command !== '')
    return words.length === 0 ? ['sh', '-c', command] : ['sh', '-c', `${command} "$@"`, 'sh', ...words];
  const { run } = detectProject(folder).packageManager;
  return [...run.split(' '), ...runnerSigns[chosen!].command.split(' '), ...words];
}

function joined(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : names.map((name) => `(?:${name})`).join('|');
}

function runnerOf(folder: string, asked: string | undefined): RunnerName {
  if (asked !== undefined && asked !== '') {
    const known = runnerNames.find((name) => name === asked);
    if (known !== undefined) return known;
    throw new UsageError(
      `there is no runner ${JSON.stringify(asked)}`,
      `use one of ${runnerNames.join(', ')}`,
    );
  }
  const found = detectRunners(detectProject(folder));
  if (found.length === 1) return found[0]!;
  throw new UsageError(
    found.length === 0
      ? 'no test runner was found in this project'
      : `this project has several test runners: ${found.join(', ')}`,
    'name one with --runner',
  );
}
