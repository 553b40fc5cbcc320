import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a test run leaves in `<package>/.reports/<any name>.json`, whichever runner made it. A package with several
 * runners leaves several. {@link readReports} adds them up.
 */
export interface TestReport {
  /** How many tests passed; a test that passed on a retry is one. */
  readonly passed: number;
  /** Failed tests, and whatever else went wrong: a file that did not load, an unhandled rejection, a broken hook. */
  readonly failed: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
}

export interface FailedTest {
  /** File, describe blocks and title, joined with ` > `. */
  readonly name: string;
  readonly message: string;
}

export interface SkippedTest {
  readonly name: string;
  /** Why, in the words of the test; empty when it gave none. */
  readonly reason: string;
}

export const reportsFolder = '.reports';

/**
 * The sum of all reports a package's test script left, or undefined if it left none.
 * @throws Error naming the file that is no report.
 */
export function readReports(packageFolder: string): TestReport | undefined {
  const folder = join(packageFolder, reportsFolder);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (names.length === 0) return undefined;
  return sumReports(names.map((name) => parseReport(join(folder, name))));
}

export function sumReports(reports: readonly TestReport[]): TestReport {
  return {
    passed: reports.reduce((sum, report) => sum + report.passed, 0),
    failed: reports.flatMap((report) => report.failed),
    skipped: reports.flatMap((report) => report.skipped),
  };
}

function parseReport(path: string): TestReport {
  const report: unknown = parseJson(readFileSync(path, 'utf8'));
  if (isReport(report)) return report;
  throw new Error(`${path} is not a test report: { "passed": n, "failed": [...], "skipped": [...] }`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is TestReport {
  const report = value as Partial<TestReport> | null | undefined;
  return (
    Number.isSafeInteger(report?.passed) && Array.isArray(report?.failed) && Array.isArray(report?.skipped)
  );
}
