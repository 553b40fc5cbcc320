import { join } from 'node:path';
import type { Recorder } from '../public-types.ts';
import type { ScopeReport } from '../report.ts';
import { cassetteOf } from '../session.ts';
import { labelOf, type TestSubject } from './open-test.ts';

/** The report of a test that was collected and did not run: its cassette is not used, and not to be pruned either. */
export function notRun(recorder: Recorder, subject: Omit<TestSubject, 'command'>): ScopeReport {
  const { store, cassette } = cassetteOf(recorder, subject);
  return {
    cassette: store.locate(cassette),
    ...(store.root !== undefined && { file: join(store.root, `${cassette}.jsonl`) }),
    test: labelOf(subject),
    mode: recorder.mode.mode,
    outcome: 'skipped',
    replayed: 0,
    recorded: 0,
    used: [],
    saved: false,
    misses: [],
    unused: [],
    savedUsage: [],
    spentUsage: [],
    warnings: [],
  };
}
