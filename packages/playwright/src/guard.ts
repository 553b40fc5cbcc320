import { createSession } from '@reel/core';
import { runFolder, takeStrays, writeReports } from '@reel/core/adapter';
import type { Endpoint, Recorder } from '@reel/core/engine';
import { isProviderHost } from './llm-hosts.ts';

let guard: Recorder | undefined;

/**
 * Refuses, and reports, calls to LLM hosts that no test owns: at the top level of test files, which Playwright loads in its main
 * process as well as in each worker, and in tests that do not use Reel. Everything else that Playwright, reporters and set-up code
 * say to the network is left alone. In replay, missing API keys get their placeholders, so that SDK clients can be made.
 * @throws every error of the configuration
 */
export function startGuard(): void {
  if (guard !== undefined) return;
  guard = createSession() as Recorder;
  const { routes } = guard;
  const isWatched = (endpoint: Endpoint): boolean => isProviderHost(endpoint.host);
  Object.assign(guard, {
    routes: {
      of: (endpoint: Endpoint) => (isWatched(endpoint) ? routes.of(endpoint) : 'passthrough'),
      watches: (endpoint: Endpoint) => isWatched(endpoint) && routes.watches(endpoint),
      noteHttp: (endpoint: Endpoint) => isWatched(endpoint) && routes.noteHttp(endpoint),
    },
  });
  let count = 0;
  guard.onStray = () => {
    const folder = runFolder();
    if (folder === undefined || count >= mostStrays) return;
    const { reports } = takeStrays(guard!, 'outside of any test');
    writeReports(folder, `outside ${process.pid} ${++count}`, reports);
  };
  guard.outsideFix =
    "in a test file: import { test, expect } from '@reel/playwright'; elsewhere: move the call into a test or a hook, or add its host to passthrough";
  guard.start();
}

/** Strays of one process that are reported; a loop in the background has no end. */
const mostStrays = 50;
