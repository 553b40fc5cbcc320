import type { ReadableResponse } from './provider.ts';

/** The JSON values of a response in order: its events, or its one document. */
export function payloads(response: ReadableResponse): readonly unknown[] {
  if (response.events !== undefined) return response.events.map((event) => event.data);
  return response.json === undefined ? [] : [response.json];
}

/** The path of a URL; the text itself when it is not a URL (some recordings have none). */
export function pathOf(url: string): string {
  const start = url.indexOf('://');
  const slash = url.indexOf('/', start === -1 ? 0 : start + 3);
  if (slash === -1) return '/';
  const end = url.slice(slash).search(/[?#]/);
  return end === -1 ? url.slice(slash) : url.slice(slash, slash + end);
}
