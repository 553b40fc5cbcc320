import type { HeaderList } from '../model/headers.ts';

/** What Reel knows of one LLM API. A table entry: data first, functions only where a rule cannot be data. */
export interface Provider {
  /** `openai`, `anthropic`, `azure-openai`... */
  readonly id: string;
  /** Host names: exact (`api.openai.com`) or with a leading wildcard (`*.openai.azure.com`). */
  readonly hosts: readonly string[];
  /** Loopback ports on which this provider's local server listens (Ollama: 11434). */
  readonly loopbackPorts?: readonly number[];
  /** Environment variables that hold a key, with the placeholder that satisfies the SDK's constructor in replay. */
  readonly keyVariables: readonly KeyVariable[];
  /** Environment variables in which SDKs look for a base URL. */
  readonly baseUrlVariables: readonly string[];
  /** Fields whose value names a thing and may come back in a later request: rewritten consistently. */
  readonly ids: readonly FieldRule[];
  /** Fields that differ at each call and mean nothing for a test: set to a constant. */
  readonly volatile: readonly VolatileField[];
  /**
   * Stream events are padded with a random number of blanks before their last brace, so that their length tells nothing. The blanks
   * mean nothing in JSON and are dropped. Default `false`.
   */
  readonly padsEvents?: boolean;
  /** Token counts of a response; `undefined` when it has none (an error, a file). Events are the parsed stream payloads. */
  usage(response: ReadableResponse): Usage | undefined;
  /** Whether a stream is complete by the protocol's own rule (`[DONE]`, `message_stop`, `done: true`...). Non-streams are complete. */
  isComplete(response: ReadableResponse): boolean;
  /** An error body in the shape the provider's SDK understands, carrying `message`. */
  errorBody(message: string, code: string): unknown;
}

/** A variable in which an SDK looks for its key. */
export interface KeyVariable {
  readonly name: string;
  readonly placeholder: string;
  /**
   * Variables that make the placeholder unnecessary or harmful when one of them is set: SDKs warn about two keys, or
   * refuse a key beside another way to authenticate.
   */
  readonly unless?: readonly string[];
}

/**
 * A path into JSON: dot-separated keys, `*` for any key or index, `**` for any depth. `choices.*.delta.tool_calls.*.id`.
 * Applied to JSON bodies and to each JSON payload of a stream.
 */
export interface FieldRule {
  readonly path: string;
  /** Only for URLs whose path contains this text; everywhere when absent. */
  readonly endpoint?: string;
}

export interface VolatileField extends FieldRule {
  /** JSON value written in its place. */
  readonly value: string | number | null;
}

/** A response as a provider's functions see it: decoded. */
export interface ReadableResponse {
  readonly url: string;
  readonly status: number;
  readonly headers: HeaderList;
  /** The parsed body when it is one JSON document. */
  readonly json?: unknown;
  /** Parsed payloads of an SSE or NDJSON stream in order; `data` that is not JSON (`[DONE]`) is kept as a string. */
  readonly events?: readonly StreamEvent[];
}

export interface StreamEvent {
  /** SSE event name; `undefined` for unnamed events and NDJSON. */
  readonly event?: string;
  readonly data: unknown;
}

export interface Usage {
  readonly model: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `inputTokens` served from the provider's prompt cache. */
  readonly cachedInputTokens?: number;
  /** Part of `inputTokens` written to the prompt cache, which some providers bill above their normal rate. */
  readonly cacheWriteInputTokens?: number;
  /** Part of `outputTokens` spent on reasoning. */
  readonly reasoningTokens?: number;
  /** Part of `inputTokens` that is sound, where it has a price of its own. */
  readonly audioInputTokens?: number;
  /** Part of `audioInputTokens`, and of `cachedInputTokens`. */
  readonly cachedAudioInputTokens?: number;
  /** Part of `inputTokens` that is pictures, where they have a price of their own. */
  readonly imageInputTokens?: number;
  /** Part of `outputTokens` that is sound. */
  readonly audioOutputTokens?: number;
}
