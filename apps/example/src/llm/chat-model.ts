import type { Reply, Turn } from './conversation.ts';
import type { JsonSchema } from './json-schema.ts';

/** A chat model of any provider: all that the rest of the desk knows of LLMs. */
export interface ChatModel {
  /**
   * Says one turn, piece by piece: any number of `text` events, then one `reply` with the whole turn. Throws
   * `ModelFailure`. Aborting the signal, or leaving the loop early, ends the call to the provider.
   */
  stream(request: ModelRequest, signal?: AbortSignal): AsyncGenerator<ModelEvent, void, undefined>;
  /** Says one turn in one piece. Throws `ModelFailure`. */
  complete(request: ModelRequest, signal?: AbortSignal): Promise<Reply>;
}

export interface ModelRequest {
  readonly instructions: string;
  readonly turns: readonly Turn[];
  /** Tools the model may call, several at once if it likes. None when absent. */
  readonly tools?: readonly ToolDefinition[];
  /** The text of the reply must be JSON of this shape. */
  readonly format?: { readonly name: string; readonly schema: JsonSchema };
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reply'; readonly reply: Reply };

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}
