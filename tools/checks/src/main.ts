// Everything `npm test` checks, in order. A failing step does not stop the ones after it, but for the build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageSteps } from './package-checks/package-steps.ts';
import { sumReports, type TestReport } from './report.ts';
import { stopCommandsOnSignal } from './run-command.ts';
import { stageStep } from './stage-step.ts';
import { commandStep, runStep, type Step } from './step.ts';
import { summarize } from './summary.ts';
import { testSteps } from './test-step.ts';
import { workspacePackages } from './workspace.ts';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** Two at once suits the two cores of a CI machine; the tests of a package use both by themselves. */
const turbo = (task: string) => `turbo run ${task} --concurrency=2 --output-logs=errors-only`;

const packages = workspacePackages(root);
const workFolder = mkdtempSync(join(tmpdir(), 'reel-packages-'));
process.once('exit', () => rmSync(workFolder, { recursive: true, force: true }));
const build = commandStep('build', turbo('build'), { cwd: root });
const steps: readonly Step[] = [
  commandStep('typecheck', `${turbo('typecheck')} --continue`, { cwd: root }),
  commandStep('lint', 'oxlint --deny-warnings', { cwd: root }),
  commandStep('format', 'oxfmt --check .', { cwd: root }),
  stageStep(packages),
  ...packages.flatMap((pkg) => testSteps(root, pkg)),
  ...packageSteps(root, packages, workFolder),
];

stopCommandsOnSignal();
// The tools are captured, and some color their output all the same: a log would be full of escape codes.
if (!process.stdout.isTTY && process.env.FORCE_COLOR === undefined) process.env.NO_COLOR = '1';
const started = performance.now();
const reports: TestReport[] = [await report(build)];
if (reports[0]?.failed.length === 0) {
  for (const step of steps) reports.push(await report(step));
} else {
  console.log('Nothing else was checked: it all rests on the build.');
}
const total = sumReports(reports);
console.log(`\n${seconds(started)} in all, on Node ${process.version}`);
console.log(summarize(total));
process.exitCode = total.failed.length > 0 || total.passed === 0 ? 1 : 0;

async function report(step: Step): Promise<TestReport> {
  const start = performance.now();
  process.stdout.write(`${step.name.padEnd(34)} `);
  const result = await runStep(step);
  const { passed, failed, skipped, notes = [], output = '' } = result;
  const counts = [`${passed} passed`, `${failed.length} failed`, `${skipped.length} skipped`];
  const shown = counts.filter((count, index) => index === 0 || !count.startsWith('0 '));
  console.log(`${failed.length === 0 ? 'ok  ' : 'FAIL'} ${seconds(start).padStart(8)}  ${shown.join(', ')}`);
  for (const note of notes) console.log(`    ${note}`);
  if (failed.length > 0 && output !== '') console.log(`\n${output.trimEnd()}\n`);
  return result;
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
