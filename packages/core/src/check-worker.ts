/** The thread of `checkMany`: its rules come as `workerData`, its work as messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { readMany } from './library/reading-many.ts';
import type { CheckRules } from './library/check/check-cassette.ts';
import { findingsOf, type CheckedBatch, type CheckJob } from './library/check/check-many.ts';

const rules = workerData as CheckRules;

parentPort!.on('message', ({ files }: CheckJob) => {
  const answer: CheckedBatch = [...batchOf(files)];
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort!.postMessage(answer);
});

function* batchOf(files: CheckJob['files']): Generator<CheckedBatch[number]> {
  for (const one of readMany(files)) yield findingsOf(one, rules);
}
