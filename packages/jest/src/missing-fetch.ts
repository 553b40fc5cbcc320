import { ReelError } from '@reel/core';

/**
 * Why a test failed that called `fetch` where there is none, as in `jest-environment-jsdom`: what `fetch is not defined` and the
 * messages of SDKs do not say is what to do about it.
 */
export function missingFetch(errors: readonly unknown[]): ReelError | undefined {
  if (typeof globalThis.fetch === 'function') return undefined;
  if (
    !errors.some((error) => /\bfetch\b.*(?:not defined|not a function|not available)/i.test(messageOf(error)))
  )
    return undefined;
  return new ReelError('REEL_RUNNER_UNSUPPORTED', {
    what: 'the test called fetch, and its test environment has none',
    where: 'testEnvironment of the Jest config (jsdom leaves Node’s fetch out)',
    fix: 'write /** @jest-environment node */ at the top of the file, or use an environment that has it (jest-fixed-jsdom)',
  });
}

/** jest-circus keeps an error, or a pair of it and the place of the test. */
function messageOf(error: unknown): string {
  const first: unknown = Array.isArray(error) ? error[0] : error;
  return String((first as Error | undefined)?.message ?? first);
}
