import { AsyncLocalStorage } from 'node:async_hooks';
import type { Decision } from './transport.ts';

/** A decision on its way from a faster layer to the one below it. Taken once: the hops of a redirect are requests of their own. */
interface HandedDown {
  decision: Decision | undefined;
}

const storage = new AsyncLocalStorage<HandedDown>();

/** Runs `send` so that the first request it makes in the layer below gets this decision instead of a second one. */
export function handDown<T>(decision: Decision, send: () => T): T {
  return storage.run({ decision }, send);
}

/** The decision handed down to this request, at most once. */
export function takeHandedDown(): Decision | undefined {
  const holder = storage.getStore();
  const decision = holder?.decision;
  if (holder !== undefined) holder.decision = undefined;
  return decision;
}
