import type { JsonObject } from '../server/json.ts';

/** A chat request in the words of no provider: what every endpoint translates its request into. */
export interface Conversation {
  readonly model: string;
  /** System and developer instructions, joined. */
  readonly system: string;
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  /** A name forces that one tool. */
  readonly toolChoice: 'auto' | 'none' | 'required' | { readonly name: string };
  /** `false` allows one call a turn at most. */
  readonly parallel: boolean;
  /** The answer must be JSON; `schema` when its shape is prescribed. */
  readonly format?: { readonly schema?: JsonObject };
  /** Whether the request asks for visible or counted reasoning. */
  readonly reasoning?: boolean;
  readonly maxTokens?: number | undefined;
  readonly stop?: readonly string[];
  /** Which of several alternative answers is asked for (`n`, `candidateCount`); 0 is the usual one. */
  readonly variant?: number;
  /** Words to say instead of thinking; scripted by a test. */
  readonly dictated?: string | undefined;
}

export type Turn =
  | { readonly role: 'user'; readonly text: string; readonly attachments?: number }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly string[] }
  | { readonly role: 'tool'; readonly name: string; readonly result: string };

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly schema: JsonObject;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** What the brain says to a {@link Conversation}. Depends on the conversation alone. */
export interface Reply {
  readonly text: string;
  /** Empty when the request asked for none. */
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
  readonly finish: 'stop' | 'length' | 'tool-calls' | 'stop-sequence';
  /** The stop sequence that cut the text. */
  readonly stopSequence?: string;
  readonly usage: TokenUsage;
}

export interface TokenUsage {
  readonly input: number;
  /** Part of `input` that a prompt cache would serve. */
  readonly cached: number;
  readonly output: number;
  /** Part of `output` spent on reasoning. */
  readonly reasoning: number;
}

/** The text of the last user turn; `''` when there is none. */
export function lastUserText(conversation: Conversation): string {
  const turn = conversation.turns.findLast((turn) => turn.role === 'user');
  return turn?.text ?? '';
}

/** The turns after the last user turn: the tool loop in progress. */
export function turnsSinceUser(conversation: Conversation): readonly Turn[] {
  return conversation.turns.slice(conversation.turns.findLastIndex((turn) => turn.role === 'user') + 1);
}
