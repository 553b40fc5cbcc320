import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Finding } from './finding.ts';
import { runProgram } from './run-program.ts';
import { packageOf, type Side } from './side.ts';

/**
 * Replays the example application of one side, its tests and its cassettes as they are committed there, with the packages of another.
 */
export async function replayExample(
  writer: Side,
  reader: Side,
): Promise<{ findings: Finding[]; count: number }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'reel-compat-example-')));
  // As deep as in the repository: its tsconfig.json extends the one two folders up.
  const folder = join(root, 'apps/example');
  try {
    cpSync(join(writer.root, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
    cpSync(join(writer.root, 'apps/example'), folder, {
      recursive: true,
      filter: (path) => !['node_modules', '.reports', '.turbo'].includes(basename(path)),
    });
    install(folder, writer, reader);
    const report = join(folder, 'report.json');
    const { code, output } = await runProgram(
      process.execPath,
      [
        join(folder, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { cwd: folder, env: { CI: '1', REEL_MODE: 'replay' } },
    );
    if (!existsSync(report))
      return { findings: [{ where: 'the example', what: output.slice(-3000) }], count: 0 };
    const tests = testsOf(report);
    const findings = tests
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        where: `the example: ${fullName}`,
        what: failureMessages.join('\n').slice(0, 1500),
      }));
    if (code !== 0 && findings.length === 0)
      findings.push({
        where: 'the example',
        what: `it is red although no test failed\n${output.slice(-3000)}`,
      });
    if (tests.length === 0) findings.push({ where: 'the example', what: 'no test ran' });
    return { findings, count: tests.length };
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Its dependencies and the simulator are those of its own side, Reel and the runner those of the reader. */
function install(folder: string, writer: Side, reader: Side): void {
  const modules = join(folder, 'node_modules');
  const theirs = join(writer.root, 'apps/example/node_modules');
  mkdirSync(join(modules, '@reel/vitest'), { recursive: true });
  const link = (from: string, name: string): void =>
    symlinkSync(realpathSync(from), join(modules, name), 'junction');
  for (const name of readdirSync(theirs).filter((name) => !name.startsWith('.'))) {
    if (name !== '@reel' && name !== 'vitest') link(join(theirs, name), name);
  }
  for (const name of readdirSync(join(theirs, '@reel')).filter((name) => name !== 'vitest')) {
    const folder = packageOf(name === 'testkit' ? writer : reader, name);
    if (existsSync(folder)) link(folder, `@reel/${name}`);
  }
  for (const part of ['dist', 'package.json'])
    cpSync(join(packageOf(reader, 'vitest'), part), join(modules, '@reel/vitest', part), { recursive: true });
  link(join(packageOf(reader, 'vitest'), 'node_modules/vitest'), 'vitest');
}

interface TestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

function testsOf(report: string): TestResult[] {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; message: string; status: string; assertionResults: TestResult[] }[];
  };
  return testResults.flatMap(({ name, message, status, assertionResults }) =>
    // A file that does not load has no tests.
    assertionResults.length === 0 && status === 'failed'
      ? [{ fullName: basename(name), status, failureMessages: [message] }]
      : assertionResults,
  );
}
