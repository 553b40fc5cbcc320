import { AsyncLocalStorage } from 'node:async_hooks';

const claims = new AsyncLocalStorage<true>();

/**
 * Runs `send` as the business of a faster layer: a connection that is opened in its async context is a real one, and the
 * requests made in it are not looked at again. Only the guard of replay still applies to them. Give callbacks of the
 * application their own context back (`AsyncLocalStorage.snapshot()`), or what they send is taken for claimed as well.
 */
export function runClaimed<T>(send: () => T): T {
  return claims.run(true, send);
}

/** Whether the current async context carries what a faster layer already decided. */
export function isClaimed(): boolean {
  return claims.getStore() === true;
}
