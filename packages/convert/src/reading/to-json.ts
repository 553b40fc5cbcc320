/** Values and characters of one document. Aliases make a small YAML file a tree of any size; no real recording comes near. */
const mostValues = 5_000_000;
const mostCharacters = 256 << 20;

/**
 * JSON without white space, of a value read from JSON or YAML. `undefined` when it has none: it holds bytes, itself, or more than
 * any recording does.
 */
export function toJson(value: unknown): string | undefined {
  const budget = { values: mostValues, characters: mostCharacters };
  try {
    return isJson(value, budget) ? JSON.stringify(value) : undefined;
  } catch (error) {
    // A value that holds itself never ends, and neither does the stack that follows it.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isJson(value: unknown, budget: { values: number; characters: number }): boolean {
  if (typeof value === 'string') budget.characters -= value.length;
  if (budget.values-- <= 0 || budget.characters < 0 || value === undefined) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Uint8Array) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, budget));
  for (const key in value) if (!isJson((value as Record<string, unknown>)[key], budget)) return false;
  return true;
}
