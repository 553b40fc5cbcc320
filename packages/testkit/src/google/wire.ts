import type { JsonObject } from '../server/json.ts';

/** A member by its camelCase name; the API takes snake_case as well. */
export function member(object: JsonObject, name: string): unknown {
  return object[name] ?? object[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

/**
 * JSON as the API writes it into events: one line, a blank after each colon and none after commas. The indented form
 * without its line breaks is exactly that, and strings are safe because theirs are escaped.
 */
export function eventJson(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replace(/\n */g, '');
}

/** JSON as the API writes it into whole bodies: indented, ending in a line break. */
export function bodyJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

export const JSON_TYPE = 'application/json; charset=UTF-8';
