import { z } from 'zod';

/** An object schema in which every property is required and no other is allowed, as strict tools ask for. */
export interface JsonSchema {
  readonly type: 'object';
  readonly [keyword: string]: unknown;
}

/** The JSON schema of a tool's input or of a structured answer, without the keyword that only names the dialect. */
export function toJsonSchema(schema: z.ZodObject): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return { ...rest, type: 'object' };
}
