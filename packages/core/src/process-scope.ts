import { basename, dirname, resolve } from 'node:path';
import { isReelError } from './errors.ts';
import { serversVariable } from './server-scope/carry-test-id.ts';
import { serveTests } from './server-scope/start.ts';
import { createSession } from './session.ts';
import { formatSummary } from './summary.ts';
import { summarize } from './report.ts';
import type { Recorder } from './recorder.ts';
import type { TestScope } from './test-scope.ts';

/**
 * One recorder, and with `REEL_CASSETTE` one cassette, for the life of a process: what `--import @reel/core/register` does. At exit the
 * recording is saved when the exit code is 0; a miss makes the exit code 1 and is printed.
 *
 * A server that a test runner started (`REEL_RUN_DIR` and `REEL_SERVERS` are set) works for tests instead, each request for its own.
 */
export function startProcess(): void {
  let recorder: Recorder;
  let scope: TestScope | undefined;
  let endTests: (() => void) | undefined;
  try {
    recorder = createSession();
    scope = openProcessScope(recorder);
    recorder.start();
    const runFolder = process.env['REEL_RUN_DIR'];
    if (runFolder && process.env[serversVariable]) endTests = serveTests(runFolder, recorder);
  } catch (error) {
    // A stack trace of the preload would bury the one sentence that helps.
    process.stderr.write(`${isReelError(error) ? error.message : String(error)}\n`);
    process.exit(2);
  }
  scope?.enter();
  const problemThreads = sharedCounter();
  process.on('exit', (code) => {
    endTests?.();
    const problems = finish(recorder, scope, code);
    if (problems.length > 0) {
      process.stderr.write(`${problems.join('\n\n')}\n`);
      Atomics.add(problemThreads, 0, 1);
    }
    if (code === 0 && Atomics.load(problemThreads, 0) > 0) process.exitCode = 1;
  });
}

/**
 * Counts the threads with problems. Node preloads in worker threads too, but the exit code of a worker is not that of the
 * process, and applications seldom look at it.
 */
function sharedCounter(): Int32Array {
  const name = 'reel.problems';
  const { getEnvironmentData, isMainThread, setEnvironmentData } =
    process.getBuiltinModule('node:worker_threads');
  const inherited: unknown = isMainThread ? undefined : getEnvironmentData(name);
  const memory = inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(4);
  if (memory !== inherited) setEnvironmentData(name, memory as never);
  return new Int32Array(memory);
}

function openProcessScope(recorder: Recorder): TestScope | undefined {
  const path = process.env['REEL_CASSETTE'];
  if (path === undefined || path === '') return undefined;
  const file = resolve(recorder.base, recorder.options.dir ?? '.', path.replace(/\.jsonl$/i, ''));
  return recorder.open({
    cassette: basename(file),
    store: recorder.storeAt(dirname(file)),
    test: process.argv[1] === undefined ? 'this process' : basename(process.argv[1]),
  });
}

function finish(recorder: Recorder, scope: TestScope | undefined, code: number): string[] {
  const problems = recorder.strays.map(({ message }) => message);
  if (scope === undefined) return problems;
  try {
    const report = scope.closeNow(code === 0 ? 'passed' : 'failed');
    problems.push(...report.misses.map(({ message }) => message));
    if (report.recorded > 0 || report.misses.length > 0) {
      const text = formatSummary(summarize([report]), { color: process.stderr.isTTY === true });
      process.stderr.write(`${text}\n`);
    }
  } catch (error) {
    problems.push(isReelError(error) ? error.message : String(error));
  }
  return problems;
}
