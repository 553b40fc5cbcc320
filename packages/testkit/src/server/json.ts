/** A JSON object whose members nobody has looked at yet. */
export type JsonObject = Record<string, unknown>;

/** The value when it is a JSON object, otherwise an empty one: request bodies are read leniently, field by field. */
export function record(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value when it is an array, otherwise an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a string, otherwise `''`. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The value when it is a number, otherwise `undefined`. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Parses JSON; `undefined` when the text is not JSON. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
