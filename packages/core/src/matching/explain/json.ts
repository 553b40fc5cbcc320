export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member when it is a text; `undefined` otherwise, also for values that are no objects. */
export function textAt(value: unknown, key: string): string | undefined {
  const member = isObject(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
}

/**
 * The name of a tool definition or a tool call, where the known APIs put it: `function.name` (chat completions), `name`
 * (Responses, Anthropic, Gemini), `toolSpec.name` (Bedrock Converse).
 */
export function nameOfTool(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  return textAt(value['function'], 'name') ?? textAt(value, 'name') ?? textAt(value['toolSpec'], 'name');
}
