// Captured at load: a test's fake timers must not freeze a replayed stream, and Jest's also replace nextTick.
const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;
const realNow = performance.now.bind(performance);

/** Milliseconds of real, monotonic time. */
export function now(): number {
  return realNow();
}

/**
 * Resolves after `ms` of real time, whatever timers the test has faked. Rejects with the signal's reason on abort and
 * leaves no timer behind.
 */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      realClearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = realSetTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
