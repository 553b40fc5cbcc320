import type { FieldRule, VolatileField } from './provider.ts';

/** The moment written in place of a time that passed. */
export const epoch = '1970-01-01T00:00:00Z';

/**
 * The moment written in place of an expiry, as text and as Unix seconds. Not the epoch: a client that reads an expiry in
 * the past refreshes, uploads again or gives up.
 */
export const farFuture = '2100-01-01T00:00:00Z';
export const farFutureSeconds = 4_102_444_800;

/** Id rules for several paths, each at several endpoints; everywhere when no endpoint is given. */
export function idsAt(paths: readonly string[], endpoints?: readonly string[]): FieldRule[] {
  if (endpoints === undefined) return paths.map((path) => ({ path }));
  return endpoints.flatMap((endpoint) => paths.map((path) => ({ path, endpoint })));
}

/** Volatile fields that share a value. */
export function volatileAt(
  value: VolatileField['value'],
  paths: readonly string[],
  endpoints?: readonly string[],
): VolatileField[] {
  return idsAt(paths, endpoints).map((rule) => Object.assign(rule, { value }));
}
