/** One turn of a conversation in the words of no provider; each {@link ChatModel} translates it into its own. */
export type Turn =
  | { readonly role: 'customer'; readonly text: string }
  | { readonly role: 'assistant'; readonly reply: Reply }
  | { readonly role: 'tools'; readonly results: readonly ToolResult[] };

/** What the model said in one turn. */
export interface Reply {
  /** Empty when the model only called tools. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stop: StopReason;
  readonly usage: Usage;
  /**
   * The turn as its provider wrote it, for that provider alone. Some turns hold more than text and calls (thinking blocks
   * are signed and must come back as they were), and the model that made a turn is the one that gets it back.
   */
  readonly native?: unknown;
}

/** `tools`: it waits for results. `cut-off`: the length limit ended the text. `refused`: the model declined to answer. */
export type StopReason = 'answered' | 'tools' | 'cut-off' | 'refused';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as the model wrote them: JSON, if all went well. */
  readonly input: string;
}

export interface ToolResult {
  /** {@link ToolCall.id} of the call it answers. */
  readonly id: string;
  readonly name: string;
  readonly ok: boolean;
  /** What the model reads: JSON, or a sentence that says what went wrong. */
  readonly output: string;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export function addUsage(a: Usage, b: Usage): Usage {
  return { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
}

/** An assistant turn that is known only as text: an earlier answer that the page sent back. */
export function spokenReply(text: string): Reply {
  return { text, toolCalls: [], stop: 'answered', usage: { inputTokens: 0, outputTokens: 0 } };
}
