import { threadId } from 'node:worker_threads';
import { serialize } from 'node:v8';
import { writeReports } from '../adapter/run-folder.ts';
import { takeStrays } from '../adapter/stray-reports.ts';
import type { Recorder } from '../recorder.ts';
import { createSession } from '../session.ts';
import type { TestScope } from '../test-scope.ts';
import { servedRequest } from './serve-in-scope.ts';
import { ServerTest } from './server-test.ts';
import { TestFolder, type TestNote } from './test-folder.ts';

/** Strays of one process that are reported; a loop in the background has no end. */
const mostStrays = 50;

/** The tests that a server works for, by the id their requests carry. */
export class ServerTests {
  readonly #runFolder: string;
  readonly #tests = new Map<string, ServerTest>();
  readonly #recorders = new Map<string, Recorder>();
  #strays = 0;

  /** @param base the recorder of what belongs to no test */
  constructor(runFolder: string, base: Recorder) {
    this.#runFolder = runFolder;
    this.#reportStrays(base);
  }

  /** The test of an id; `undefined` when this run has none such. */
  find(id: string): ServerTest | undefined {
    const known = this.#tests.get(id);
    if (known !== undefined) return known;
    const folder = new TestFolder(this.#runFolder, id);
    const note = folder.readNote();
    if (note === undefined) return undefined;
    for (const test of this.#tests.values()) if (test.owner === note.owner) test.endNow('failed');
    const test = new ServerTest(folder, note.owner);
    this.#tests.set(id, test);
    test.start(() => this.#open(note, test));
    return test;
  }

  /** The process ends: what the tests have had from it is handed over as it is. */
  end(): void {
    for (const test of this.#tests.values()) test.endNow('failed');
  }

  #open(note: TestNote, shared: ServerTest): TestScope {
    const recorder = this.#recorderOf(note);
    const { cassette, root, test, rerecord, mode, claimant } = note;
    return recorder.open({
      cassette,
      store: recorder.storeAt(root),
      test,
      rerecord,
      mode,
      shared,
      ...(claimant !== undefined && { claimant }),
    });
  }

  /** Tests of one project have the same options, and a recorder is not cheap. */
  #recorderOf({ session }: TestNote): Recorder {
    const key = serialize(session).toString('latin1');
    let recorder = this.#recorders.get(key);
    if (recorder === undefined) {
      recorder = createSession(session);
      this.#reportStrays(recorder);
      recorder.start();
      this.#recorders.set(key, recorder);
    }
    return recorder;
  }

  #reportStrays(recorder: Recorder): void {
    recorder.onStray = () => {
      const { reports } = takeStrays(recorder, `the server under test${whileServing()}`);
      if (this.#strays++ >= mostStrays) return;
      writeReports(this.#runFolder, `stray ${process.pid} ${threadId} ${this.#strays}`, reports);
    };
  }
}

function whileServing(): string {
  const served = servedRequest();
  if (served === undefined) return ' (in the background)';
  const reason = served.test === undefined ? ', which came without the id of a test' : '';
  return ` (serving ${served.target}${reason})`;
}
