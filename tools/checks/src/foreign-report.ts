import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportsFolder, type FailedTest, type SkippedTest, type TestReport } from './report.ts';

/** A runner whose own JSON output says enough to make a report of it. */
interface ForeignRunner {
  readonly name: string;
  /** A script that is this runner alone. */
  readonly script: RegExp;
  /** Added to the script, so that it writes {@link outputOf} and refuses `.only` where it can. */
  readonly flags: (output: string) => string;
  readonly env?: (output: string) => Readonly<Record<string, string>>;
  readonly read: (text: string) => TestReport;
}

const alone = (command: string): RegExp => new RegExp(`^${command}(?![\\w-])[^&|;]*$`);

const runners: readonly ForeignRunner[] = [
  {
    name: 'jest',
    script: alone('jest'),
    // Its reporters stay those of the config: one on the command line would replace Reel's.
    flags: (output) => `--ci --json --outputFile=${output}`,
    read: readJest,
  },
  {
    name: 'mocha',
    script: alone('mocha'),
    flags: (output) => `--forbid-only --reporter=json --reporter-option=output=${output}`,
    read: readMocha,
  },
  {
    name: 'playwright',
    script: alone('playwright test'),
    flags: () => '--forbid-only --reporter=list,json,@reel/playwright/reporter',
    env: (output) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: output, PLAYWRIGHT_JSON_OUTPUT_NAME: output }),
    read: readPlaywright,
  },
];

/** How a test script is run so that it leaves what {@link keepForeignReport} makes a report of; `undefined` for any other script. */
export function withForeignOutput(
  script: string,
): { readonly line: string; readonly env: Readonly<Record<string, string>> } | undefined {
  const runner = runners.find((one) => one.script.test(script));
  if (runner === undefined) return undefined;
  const output = outputOf(runner);
  return { line: `${script} ${runner.flags(output)}`, env: runner.env?.(output) ?? {} };
}

/**
 * Turns the runner's own output into the package's report. Without an output (the runner did not get that far) there is no report.
 * @throws SyntaxError when the output is not JSON
 */
export function keepForeignReport(script: string, folder: string): void {
  const runner = runners.find((one) => one.script.test(script));
  if (runner === undefined) return;
  const output = join(folder, outputOf(runner));
  if (!existsSync(output)) return;
  const report = runner.read(readFileSync(output, 'utf8'));
  rmSync(output);
  const relative = (name: string): string => name.replaceAll(`${folder}/`, '');
  const named: TestReport = {
    passed: report.passed,
    failed: report.failed.map((test) => ({ ...test, name: relative(test.name) })),
    skipped: report.skipped.map((test) => ({ ...test, name: relative(test.name) })),
  };
  writeFileSync(join(folder, reportsFolder, `${runner.name}.json`), JSON.stringify(named, null, 2));
}

/** Not `.json`: it is no report. */
function outputOf({ name }: ForeignRunner): string {
  return `${reportsFolder}/${name}.output`;
}

const nameOf = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' > ');

/** https://jestjs.io/docs/configuration#testresultsprocessor-string has the shape. */
function readJest(text: string): TestReport {
  const { testResults } = JSON.parse(text) as {
    testResults: {
      name: string;
      status: string;
      message: string;
      assertionResults: {
        ancestorTitles: string[];
        title: string;
        status: string;
        failureMessages: string[] | null;
      }[];
    }[];
  };
  const failed: FailedTest[] = [];
  const skipped: SkippedTest[] = [];
  let passed = 0;
  for (const file of testResults) {
    const before = failed.length;
    for (const { ancestorTitles, title, status, failureMessages } of file.assertionResults) {
      const name = nameOf(file.name, ...ancestorTitles, title);
      if (status === 'passed') passed += 1;
      else if (status === 'failed') failed.push({ name, message: (failureMessages ?? []).join('\n') });
      else skipped.push({ name, reason: status === 'todo' ? 'todo' : '' });
    }
    // It did not load, or a hook of the file failed.
    if (file.status === 'failed' && failed.length === before)
      failed.push({ name: file.name, message: file.message });
  }
  return { passed, failed, skipped };
}

/** https://mochajs.org/reporters/json has the shape. */
function readMocha(text: string): TestReport {
  interface MochaTest {
    readonly file?: string | null;
    readonly fullTitle: string;
    readonly err: { readonly message?: string; readonly stack?: string };
  }
  const { passes, failures, pending } = JSON.parse(text) as Record<
    'passes' | 'failures' | 'pending',
    readonly MochaTest[]
  >;
  const name = ({ file, fullTitle }: MochaTest): string => nameOf(file ?? undefined, fullTitle);
  // What fails after its test was counted is in both lists.
  const failedNames = new Set(failures.map(name));
  return {
    passed: passes.filter((test) => !failedNames.has(name(test))).length,
    failed: failures.map((test) => ({
      name: name(test),
      message: test.err.stack ?? test.err.message ?? 'failed without a word',
    })),
    skipped: pending.map((test) => ({ name: name(test), reason: '' })),
  };
}

interface PlaywrightSuite {
  readonly title: string;
  readonly file: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
      readonly results: readonly { readonly errors: readonly { readonly message?: string }[] }[];
    }[];
  }[];
}

/** https://playwright.dev/docs/api/class-reporter has the words, `@playwright/test/reporter` the types (`JSONReport`). */
function readPlaywright(text: string): TestReport {
  const { suites, errors } = JSON.parse(text) as {
    suites: readonly PlaywrightSuite[];
    errors: readonly { readonly message?: string }[];
  };
  const failed: FailedTest[] = errors.map(({ message = '' }) => ({
    name: 'error outside of the tests',
    message,
  }));
  const skipped: SkippedTest[] = [];
  let passed = 0;
  const walk = (suite: PlaywrightSuite, above: readonly string[]): void => {
    const titles = [...above, suite.title];
    for (const { title, tests } of suite.specs) {
      for (const { projectName, status, annotations, results } of tests) {
        const name = nameOf(projectName === '' ? '' : `[${projectName}]`, ...titles, title);
        if (status === 'unexpected') {
          const messages = (results.at(-1)?.errors ?? []).map(({ message = '' }) => message);
          failed.push({ name, message: messages.join('\n') || 'passed, though it should have failed' });
        } else if (status === 'skipped') {
          const reason = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description;
          skipped.push({ name, reason: reason ?? '' });
        } else passed += 1;
      }
    }
    for (const inner of suite.suites ?? []) walk(inner, titles);
  };
  for (const suite of suites) walk(suite, []);
  return { passed, failed, skipped };
}
