import { relative, sep } from 'node:path';
import type { Mode } from '../mode.ts';
import type { Recorder } from '../public-types.ts';
import type { SharedTest } from '../shared-test.ts';
import { cassetteOf, withMode, type TestIdentity } from '../session.ts';
import type { TestScope } from '../public-types.ts';

/** A test, or the hooks of a file, as its adapter knows it. */
export interface TestSubject extends TestIdentity {
  /** The runner's root folder: messages name files relative to it. */
  readonly root: string;
  /** Shell command that runs only this test, without the mode: `npx jest 'chat.test.js' -t '^greets$'`. */
  readonly command: string;
  /** Name of the runner's project. Tests of two projects may share a cassette, but only one of them may record it in a run. */
  readonly project?: string | undefined;
  /** Default: the recorder's. */
  readonly mode?: Mode;
  /** Each worker runs it again: the hooks of a file, where its tests are spread over workers. */
  readonly inParts?: boolean;
  /** Given when other processes, such as a server under test, work for the same attempt. */
  readonly shared?: SharedTest;
}

/**
 * Opens the scope of one attempt of one test on the cassette that file and titles name; of a file's hooks when `titlePath` is
 * empty.
 * @throws REEL_CASSETTE_NAME, REEL_CASSETTE_TAKEN
 */
export function openTest(recorder: Recorder, subject: TestSubject): TestScope {
  return recorder.open({
    ...cassetteOf(recorder, subject),
    test: labelOf(subject),
    rerecord: `to record it: ${withMode('record', subject.command)}`,
    ...(subject.project !== undefined && { claimant: subject.project }),
    ...(subject.inParts === true && { inParts: true }),
    ...(subject.mode !== undefined && { mode: subject.mode }),
    ...(subject.shared !== undefined && { shared: subject.shared }),
  });
}

/** A test as messages and receipts name it: `src/chat.test.ts > streams > greets`. */
export function labelOf({ root, file, titlePath }: Pick<TestSubject, 'root' | 'file' | 'titlePath'>): string {
  const path = relative(root, file).split(sep).join('/');
  return titlePath.length === 0 ? `hooks of ${path}` : [path, ...titlePath].join(' > ');
}
