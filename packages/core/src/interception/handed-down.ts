import { AsyncLocalStorage } from 'node:async_hooks';
import type { Decision } from './transport.ts';

/** A decision on its way from a faster layer to the one below it. Taken once: the hops of a redirect are requests of their own. */
interface HandedDown {
  decision?: Decision | undefined;
  body?: Uint8Array | undefined;
}

const storage = new AsyncLocalStorage<HandedDown>();

/** Runs `send` so that the first request it makes in the layer below gets this decision instead of a second one. */
export function handDown<T>(decision: Decision, send: () => T): T {
  return storage.run({ decision }, send);
}

/**
 * Runs `send` so that the layer below knows the body of the first request it makes. A connection may fail before the client
 * has sent any of it, and what was asked belongs on tape all the same.
 */
export function handDownBody<T>(body: Uint8Array, send: () => T): T {
  return storage.run({ body }, send);
}

/** What was handed down to this request, at most once. */
export function takeHandedDown(): Readonly<HandedDown> {
  const holder = storage.getStore();
  if (holder === undefined) return {};
  const taken = { ...holder };
  holder.decision = undefined;
  holder.body = undefined;
  return taken;
}
