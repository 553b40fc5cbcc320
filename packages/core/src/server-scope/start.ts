import type { Recorder } from '../recorder.ts';
import { carryTestId } from './carry-test-id.ts';
import { servedRequest, serveInScope } from './serve-in-scope.ts';
import { ServerTests } from './server-tests.ts';

/**
 * Makes this process a server under test: what it says to LLM APIs while it serves a request belongs to the test that the request
 * names, and goes on that test's cassette.
 * @param recorder of what belongs to no test: it is refused, or sent and reported, and makes the run red
 * @returns to be called when the process ends
 */
export function serveTests(runFolder: string, recorder: Recorder): () => void {
  const tests = new ServerTests(runFolder, recorder);
  serveInScope({ runFolder, scopes: recorder.scopes, find: (id) => tests.find(id) });
  carryTestId(() => servedRequest()?.test?.id);
  return () => tests.end();
}
