import timers from 'node:timers';

// Captured at load: a test's fake timers must not freeze a replayed stream, and Jest's also replace nextTick.
// Node's own, not the global ones: a browser-like sandbox has timers that are plain numbers.
const realSetTimeout = timers.setTimeout;
const realClearTimeout = timers.clearTimeout;
const realNow = performance.now.bind(performance);
const realOrigin = performance.timeOrigin;

/** Milliseconds of real, monotonic time. */
export function now(): number {
  return realNow();
}

/** Real time in milliseconds since 1970, with fractions: {@link now} as other processes have it too. */
export function nowEverywhere(): number {
  return realOrigin + realNow();
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

/** Calls back once after `ms` of real time; does not keep the process alive. Returns how to stop it. */
export function startTimer(ms: number, callback: () => void): () => void {
  const timer = realSetTimeout(callback, ms);
  timer.unref?.();
  return () => realClearTimeout(timer);
}
