import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import type { ScenarioProject } from './project.ts';
import type { Side } from './side.ts';

/** What the programs and the tests of the scenarios saw. */
export interface Played {
  /** By scenario: what it saw, as JSON, or the error it ended with. */
  readonly saw: ReadonlyMap<string, string>;
  /** Everything that was printed, for people. */
  readonly output: string;
}

/** Where the run of the tests leaves its receipt, in the project. */
export const receiptPath = 'receipt.json';

/**
 * Plays the scenarios of a project with one side.
 * @param upstreams where to record from; without them everything is replayed, with no key and nobody to call
 */
export async function playScenarios(
  project: ScenarioProject,
  side: Side,
  upstreams?: Readonly<Record<string, string>>,
): Promise<Played> {
  project.use(side);
  const env = {
    ...(upstreams === undefined
      ? { REEL_MODE: 'replay', CI: '1' }
      : {
          REEL_MODE: 'record',
          REEL_UPSTREAMS: Object.entries(upstreams)
            .map((pair) => pair.join('='))
            .join(','),
          OPENAI_API_KEY: 'sk-compat-0123456789abcdef',
        }),
    REEL_RECEIPT: join(project.folder, receiptPath),
  };
  const programs = await runProgram(process.execPath, ['run.mjs'], { cwd: project.folder, env });
  const saw = new Map<string, string>();
  for (const line of programs.stdout.split('\n').filter((line) => line.startsWith('{'))) {
    const { scenario, ...rest } = JSON.parse(line) as { scenario: string };
    saw.set(scenario, JSON.stringify(rest));
  }
  if (programs.code !== 0)
    saw.set('programs', `ended with ${programs.code}: ${programs.output.slice(-2000)}`);
  const report = join(project.folder, 'vitest.json');
  rmSync(report, { force: true });
  const tests = await runProgram(
    process.execPath,
    [
      join(project.folder, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config=vitest/vitest.config.js',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: project.folder, env },
  );
  for (const [name, status] of testsOf(report)) saw.set(`vitest/${name}`, status);
  saw.set('vitest', tests.code === 0 ? 'green' : `ended with ${tests.code}`);
  return { saw, output: `${programs.output}\n${tests.output}` };
}

function testsOf(report: string): [name: string, status: string][] {
  if (!existsSync(report)) return [['report', 'missing']];
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
  };
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status, failureMessages }) => [fullName, [status, ...failureMessages].join(': ')]);
}
