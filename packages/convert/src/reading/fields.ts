/** A JSON or YAML object. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object, or `undefined`. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
    ? (value as Fields)
    : undefined;
}

export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}
