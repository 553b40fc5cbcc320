import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepForeignReport, withForeignOutput } from './foreign-report.ts';
import { readReports, reportsFolder, type FailedTest } from './report.ts';
import { runCommand } from './run-command.ts';
import type { Step, StepResult } from './step.ts';
import type { WorkspacePackage } from './workspace.ts';

/** A package's tests taking longer than this hang; the whole run has 90 minutes in CI. */
const limitMinutes = 20;

const vitestReporter = fileURLToPath(new URL('vitest-reporter.ts', import.meta.url));

/** The tests of one package: a step for its `test` script, and one for each `test:<runner>` beside it. */
export function testSteps(root: string, pkg: WorkspacePackage): Step[] {
  return Object.keys(pkg.manifest.scripts ?? {})
    .filter((script) => script === 'test' || script.startsWith('test:'))
    .map((script) => testStep(root, pkg, script));
}

/** One test script of a package, and the reports that it left. */
export function testStep(
  root: string,
  { path, folder, manifest }: WorkspacePackage,
  scriptName = 'test',
): Step {
  const name = `tests ${path}${scriptName === 'test' ? '' : ` (${scriptName.slice('test:'.length)})`}`;
  return {
    name,
    run: async () => {
      // The report of an earlier run must not speak for this one.
      rmSync(join(folder, reportsFolder), { recursive: true, force: true });
      const script = manifest.scripts?.[scriptName] ?? '';
      const foreign = withForeignOutput(script);
      // Jest makes no folder for its output.
      if (foreign !== undefined) mkdirSync(join(folder, reportsFolder), { recursive: true });
      const result = await runCommand(foreign?.line ?? withReport(script), {
        cwd: folder,
        env: { ...testEnvironment(root, folder), ...foreign?.env },
        limitMinutes,
      });
      keepForeignReport(script, folder);
      return judge(path, folder, result);
    },
  };
}

/**
 * A script that is Vitest alone needs to know nothing of reports: the reporter is added here, and `.only` is refused,
 * as CI would. One that is Jest, Mocha or Playwright alone is cared for by `foreign-report.ts`; any other writes its reports itself.
 */
export function withReport(script: string): string {
  if (!/^vitest run\b[^&|;]*$/.test(script)) return script;
  return `${script} --allowOnly=false --reporter=default --reporter="${vitestReporter}"`;
}

/** The runner's word and its reports must agree: each catches what the other cannot know. */
function judge(
  path: string,
  folder: string,
  run: { ok: boolean; output: string; reason: string },
): StepResult {
  const report = readReports(folder);
  if (report === undefined) {
    const message = `the test script left no report in ${path}/${reportsFolder} (${run.reason || 'exit code 0'})`;
    return { passed: 0, failed: [{ name: path, message }], skipped: [], output: run.output };
  }
  const failed: FailedTest[] = report.failed.map((test) => ({ ...test, name: `${path}/${test.name}` }));
  if (failed.length === 0 && report.passed === 0) {
    failed.push({ name: path, message: 'no test ran' });
  } else if (failed.length === 0 && !run.ok) {
    failed.push({ name: path, message: `every test passed, yet the test script failed: ${run.reason}` });
  }
  const skipped = report.skipped.map((test) => ({ ...test, name: `${path}/${test.name}` }));
  return { passed: report.passed, failed, skipped, output: run.output };
}

/**
 * The developer's own Reel settings must not decide what the tests see: a REEL_MODE=record left in the shell would make
 * every replay test record.
 */
function testEnvironment(root: string, folder: string): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REEL_')));
  const bins = [folder, root].map((place) => join(place, 'node_modules', '.bin'));
  return { ...env, PATH: [...bins, process.env.PATH].join(delimiter) };
}
