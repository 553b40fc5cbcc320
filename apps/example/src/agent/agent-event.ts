import type { StopReason, ToolCall, ToolResult, Usage } from '../llm/conversation.ts';

/** What happens while the agent works, in order. The last event of a run that does not throw is `done`. */
export type AgentEvent =
  /** A piece of text. Turns before the last are the model thinking aloud; `turn` counts from 1. */
  | { readonly type: 'text'; readonly turn: number; readonly text: string }
  | { readonly type: 'tool-called'; readonly turn: number; readonly call: ToolCall }
  | { readonly type: 'tool-finished'; readonly turn: number; readonly result: ToolResult }
  | { readonly type: 'done'; readonly answer: Answer };

export interface Answer {
  /** Text of the last turn: what the customer is told. */
  readonly text: string;
  /** `turn-limit`: the model still wanted tools when its turns were used up. */
  readonly stop: Exclude<StopReason, 'tools'> | 'turn-limit';
  /** Calls to the model. */
  readonly turns: number;
  readonly tools: readonly ToolUse[];
  readonly usage: Usage;
}

export interface ToolUse {
  readonly name: string;
  readonly input: string;
  readonly ok: boolean;
  /** The turn that asked for it: uses of one turn were asked for together. */
  readonly turn: number;
}
