import type { z } from 'zod';

/** Something the model may ask the desk to do. */
export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** Tells the model when to use it and what comes back. */
  readonly description: string;
  readonly input: Input;
  /**
   * Runs it; the result goes to the model as JSON. Throw {@link ToolError} for what the model can put right or should
   * tell the customer.
   */
  run(input: z.infer<Input>, signal?: AbortSignal): unknown;
}

/** Checks the types of a tool's parts against one another, then forgets them, so that tools fit into one list. */
export function defineTool<Input extends z.ZodObject>(tool: Tool<Input>): Tool {
  return tool as unknown as Tool;
}

/** A failure whose message is written for the model. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
