import type { Reply } from '../brain/conversation.ts';
import type { JsonObject } from '../server/json.ts';
import { obfuscation, randomId } from '../server/random-id.ts';

/** How one API that speaks chat completions differs from the others. */
export interface ChatDialect {
  completionId(): string;
  toolCallId(name: string, index: number): string;
  /** The model name that answers carry for the one asked for. */
  modelName(asked: string): string;
  /** Further top-level members, the same in a whole answer and in each event of its stream. */
  envelope(): JsonObject;
  /** Further top-level members of a whole answer. */
  wholeExtras?(): JsonObject;
  /** Called once for a stream: gives the further top-level members of each of its events. */
  eventExtras?(usage: JsonObject): (place: 'first' | 'middle' | 'last') => JsonObject;
  /** Further members of each choice, given its finish reason. */
  choiceExtras?(finish: string | null): JsonObject;
  usage(reply: Reply): JsonObject;
  /**
   * Where a stream carries usage: in an event of its own when `stream_options` ask for it, in one always, or inside the
   * last choice's event.
   */
  readonly streamUsage: 'when-asked' | 'own-event' | 'last-choice';
  /** `pieces`: the arguments of a streamed tool call come bit by bit; `whole`: in one event. */
  readonly toolCallDeltas: 'pieces' | 'whole';
  /** Further members of the message. */
  messageExtras?(reply: Reply): JsonObject;
  /** Name of the member that shows reasoning; absent where it is only counted. */
  readonly reasoningField?: string;
  /** Whether a call of the one tool that was forced by name ends with `stop` rather than `tool_calls`. */
  readonly forcedStops?: boolean;
  /** Whether choices carry `logprobs: null` when there are none. */
  readonly nullLogprobs: boolean;
  /** Events or comments before the first event of a stream. */
  prelude?(): readonly string[];
  readonly newline?: '\r\n';
  /** Whether a stream ends with `[DONE]`. Default `true`. */
  readonly done?: boolean;
  /** Blanks before a JSON body. */
  readonly padding?: string;
  /** Indentation of a JSON body. */
  readonly indent?: number;
}

export const openaiDialect: ChatDialect = {
  completionId: () => `chatcmpl-${randomId('base62', 29)}`,
  toolCallId: () => `call_${randomId('base62', 24)}`,
  modelName: snapshotName,
  envelope: () => ({ service_tier: 'default', system_fingerprint: `fp_${randomId('hex', 10)}` }),
  eventExtras: () => () => ({ obfuscation: obfuscation() }),
  usage: detailedUsage,
  streamUsage: 'when-asked',
  toolCallDeltas: 'pieces',
  messageExtras: () => ({ refusal: null }),
  nullLogprobs: true,
  forcedStops: true,
  indent: 2,
};

/** The three counts that everybody has. */
export function plainUsage({ usage }: Reply): JsonObject {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
  };
}

/** Token counts as OpenAI details them. */
export function detailedUsage(reply: Reply): JsonObject {
  return {
    ...plainUsage(reply),
    prompt_tokens_details: { cached_tokens: reply.usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reply.usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const SNAPSHOTS: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-4.1-nano': 'gpt-4.1-nano-2025-04-14',
  'o3-mini': 'o3-mini-2025-01-31',
  'o4-mini': 'o4-mini-2025-04-16',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'gpt-5.4': 'gpt-5.4-2026-03-05',
};

/** The dated snapshot behind a model alias; other names stay. */
export function snapshotName(asked: string): string {
  return SNAPSHOTS[asked] ?? asked;
}
