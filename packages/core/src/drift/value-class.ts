export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export function jsonType(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'boolean' | 'number' | 'string' | 'object';
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
const prefixed = /^([A-Za-z]{2,24}[_-])([A-Za-z0-9_-]{8,})$/;

/**
 * What a scalar looks like, beyond its type: a UUID, a point in time, a URL, an id with its prefix, a whole number. `''` for what
 * looks like nothing in particular, and so is never reported.
 */
export function valueClass(value: string | number): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : '';
  if (value.length > 256) return '';
  if (uuid.test(value)) return 'a UUID';
  if (isoTime.test(value)) return 'a time';
  if (/^(?:https?|wss?):\/\//.test(value)) return 'a URL';
  const id = prefixed.exec(value);
  // A model name is prefixed, too; the long run of letters and figures is what only ids have.
  if (id !== null && /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{9,}/i.test(id[2]!))
    return `an id that begins with ${id[1]}`;
  return '';
}
