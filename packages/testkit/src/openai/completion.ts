import type { Reply } from '../brain/conversation.ts';
import type { ChatDialect } from './dialect.ts';

/** A chat completion before it is written, whole or as a stream. */
export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  /** One for each of the `n` choices. */
  readonly replies: readonly Reply[];
  /** A reply whose usage is that of all of them: the prompt is paid once, the answers each. */
  readonly total: Reply;
  readonly logprobs: boolean;
  /** The tool was forced by name, and the API then says `stop`. */
  readonly forcedStop: boolean;
}

export interface WireToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** The tool calls of a reply with new ids, their arguments as JSON text. */
export function toolCalls({ calls }: Reply, dialect: ChatDialect): WireToolCall[] {
  return calls.map((call, index) => ({
    id: dialect.toolCallId(call.name, index),
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }));
}

/** The finish reason of one choice. */
export function finishReason({ finish }: Reply, { forcedStop }: Completion): string {
  if (finish === 'tool-calls') return forcedStop ? 'stop' : 'tool_calls';
  return finish === 'length' ? 'length' : 'stop';
}
