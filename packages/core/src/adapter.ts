/** What a test-runner adapter needs beside `@reel/core`: opening and closing the scope of a test, and ending a run. */
export { closeTest } from './adapter/close-test.ts';
export type { ClosedTest } from './adapter/close-test.ts';
export { finishRun } from './adapter/finish-run.ts';
export type { FinishedRun, FinishOptions } from './adapter/finish-run.ts';
export { isShown } from './adapter/is-shown.ts';
export { nameFilter } from './adapter/name-filter.ts';
export { notRun } from './adapter/not-run.ts';
export { labelOf, openTest } from './adapter/open-test.ts';
export type { TestSubject } from './adapter/open-test.ts';
export { ordinalsOf } from './adapter/ordinals.ts';
export { assertPortable } from './adapter/portable-options.ts';
export { readReceipt, writeReceipt } from './adapter/receipt.ts';
export type { Receipt, ReceiptCassette, ReceiptTest, RunFacts } from './adapter/receipt.ts';
export {
  clearReports,
  createRunFolder,
  isTelling,
  readReports,
  runFolder,
  runFolderVariable,
  writeReports,
} from './adapter/run-folder.ts';
export { assertAllowedInCI } from './mode.ts';
export { takeStrays } from './adapter/stray-reports.ts';
export type { Strays } from './adapter/stray-reports.ts';
export { withoutStack } from './adapter/without-stack.ts';
export { Attempt } from './server-scope/attempt.ts';
export { carryTestId, serversVariable } from './server-scope/carry-test-id.ts';
export type { TestNote } from './server-scope/test-folder.ts';
export { probeHeader, runHeader, testCookie, testHeader } from './server-scope/test-id.ts';
export type { ScopePart, SharedTest } from './shared-test.ts';
