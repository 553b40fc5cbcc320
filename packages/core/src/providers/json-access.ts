import { headerValue, type HeaderList } from '../model/headers.ts';

/**
 * What is found at a path of keys, or `undefined`. Responses come from the wire: any part of them may be missing or of
 * another type, and reading them must never throw.
 */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

/** The first finite number among the paths; `undefined` when there is none. */
export function numberAt(value: unknown, ...paths: readonly (readonly string[])[]): number | undefined {
  for (const path of paths) {
    const found = valueAt(value, ...path);
    if (typeof found === 'number' && Number.isFinite(found)) return found;
  }
  return undefined;
}

/** The string at a path; `undefined` when there is none or it is empty. */
export function stringAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The number in a header; `undefined` when there is none. */
export function headerCount(headers: HeaderList, name: string): number | undefined {
  const value = headerValue(headers, name)?.trim();
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
