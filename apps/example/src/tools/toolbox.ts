import { z } from 'zod';

import type { ToolDefinition } from '../llm/chat-model.ts';
import type { ToolCall, ToolResult } from '../llm/conversation.ts';
import { toJsonSchema } from '../llm/json-schema.ts';
import { ModelFailure } from '../llm/model-failure.ts';
import { ToolError, type Tool } from './tool.ts';

export interface Toolbox {
  readonly definitions: readonly ToolDefinition[];
  /**
   * Carries a call out. A call that fails becomes a result that says so, since the model can often put it right; only a
   * canceled call throws.
   */
  run(call: ToolCall, signal?: AbortSignal): Promise<ToolResult>;
}

export function createToolbox(tools: readonly Tool[]): Toolbox {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));

  return {
    definitions: tools.map(({ name, description, input }) => ({
      name,
      description,
      parameters: toJsonSchema(input),
    })),

    async run({ id, name, input }, signal) {
      try {
        const tool = byName.get(name);
        if (tool === undefined) throw new ToolError(`There is no tool ${name}.`);
        const output = await tool.run(tool.input.parse(parseInput(input)), signal);
        return { id, name, ok: true, output: JSON.stringify(output) };
      } catch (error) {
        if (error instanceof ModelFailure && error.kind === 'canceled') throw error;
        return { id, name, ok: false, output: explain(error) };
      }
    },
  };
}

function parseInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    // Without the parser's own message: its wording belongs to the engine, and this text becomes part of a prompt.
    throw new ToolError('The arguments are not valid JSON.');
  }
}

function explain(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  if (error instanceof z.ZodError) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return `The arguments do not fit. ${problems.join('; ')}`;
  }
  // Whatever broke inside is for our log and not for a customer's answer.
  return 'This tool does not work at the moment. Go on without it.';
}
