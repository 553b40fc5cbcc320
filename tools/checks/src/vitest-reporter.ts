import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type { FailedTest, SkippedTest } from './report.ts';

/** Where the report goes; relative to the package, as that is where its test script runs. */
const reportPath = '.reports/vitest.json';

/**
 * Writes the report of a Vitest run. The built-in JSON reporter does not serve: it has no skip reasons, and a file that
 * fails to load or an unhandled rejection is no failed test there.
 */
export default class ReportWriter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const report = {
      passed: inState('passed').length,
      failed: [
        ...inState('failed').map((test) => failure(nameOf(test), test.result().errors ?? [])),
        // Still pending when the run is over: its worker died or the run was stopped.
        ...inState('pending').map((test) => ({ name: nameOf(test), message: 'did not finish' })),
        ...modules.flatMap((module) => failuresOutsideTests(module)),
        ...unhandled.map((error) => failure('unhandled error', [error])),
      ],
      skipped: inState('skipped').map((test) => skip(test)),
    };
    mkdirSync(dirname(reportPath), { recursive: true });
    writeFileSync(reportPath, JSON.stringify(report, null, 2));
  }
}

/** Files that did not load, and `beforeAll` or `afterAll` hooks that threw. */
function failuresOutsideTests(module: TestModule): FailedTest[] {
  const parts = [module, ...module.children.allSuites()];
  return parts
    .filter((part) => part.errors().length > 0)
    .map((part) => {
      const title = part.type === 'module' ? '' : ` > ${part.fullName}`;
      return failure(`${module.relativeModuleId}${title}`, part.errors());
    });
}

function nameOf(test: TestCase): string {
  const project = test.project.name === '' ? '' : `[${test.project.name}] `;
  return `${project}${test.module.relativeModuleId} > ${test.fullName}`;
}

function failure(name: string, errors: readonly SerializedError[]): FailedTest {
  return { name, message: errors.map((error) => ownFrames(error.stack ?? error.message)).join('\n') };
}

/** A stack without the places inside Node and the runner, which are most of it. */
function ownFrames(stack: string): string {
  const lines = stack.split('\n');
  return lines.filter((line) => !/^ +at .*(node:|[\\/]node_modules[\\/])/.test(line)).join('\n');
}

function skip(test: TestCase): SkippedTest {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return { name: nameOf(test), reason: note ?? (test.options.mode === 'todo' ? 'todo' : '') };
}
