import { epoch, farFuture, idsAt, volatileAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { withReasoning } from './openai-protocol.ts';
import { payloads } from './payloads.ts';
import { placeholderKey } from './placeholder-key.ts';
import type { Provider, ReadableResponse, Usage } from './provider.ts';

/** A stream without `alt=sse` is one JSON array: the same paths, one level down. */
const alsoInArray = (paths: readonly string[]) => paths.flatMap((path) => [path, `*.${path}`]);

/**
 * Google's Gemini API: generateContent, streamGenerateContent (SSE with CRLF, or one JSON array), embedContent, files,
 * operations, interactions. Variables as `@google/genai` 3.1 reads them. It warns when both GOOGLE_API_KEY and
 * GEMINI_API_KEY are set, so only one is made up: GOOGLE_API_KEY, the only one that LangChain's embeddings read.
 *
 * Thought signatures are left as they are: they are content that the client sends back, cut anywhere in a stream.
 */
export const google: Provider = {
  id: 'google',
  hosts: ['generativelanguage.googleapis.com'],
  keyVariables: [
    { name: 'GOOGLE_API_KEY', placeholder: placeholderKey, unless: ['GEMINI_API_KEY'] },
    // Read by @ai-sdk/google.
    { name: 'GOOGLE_GENERATIVE_AI_API_KEY', placeholder: placeholderKey },
  ],
  baseUrlVariables: ['GOOGLE_GEMINI_BASE_URL'],
  ids: [
    ...idsAt(alsoInArray(['responseId', 'candidates.*.content.parts.*.functionCall.id'])),
    ...idsAt(['file.name', 'files.*.name', 'name'], ['/files']),
    ...idsAt(['name', '**.name'], ['/cachedContents', '/operations', '/batches']),
    ...idsAt(
      ['name'],
      [':predictLongRunning', ':batchGenerateContent', ':asyncBatchEmbedContent', ':uploadToFileSearchStore'],
    ),
    ...idsAt(
      ['**.id', '**.call_id', '**.event_id', '**.interaction_id', '**.environment_id'],
      ['/interactions'],
    ),
  ],
  volatile: [
    ...volatileAt(epoch, ['**.createTime', '**.updateTime', '**.startTime', '**.endTime']),
    ...volatileAt(farFuture, ['**.expirationTime', '**.expireTime']),
    ...volatileAt(epoch, ['**.created', '**.updated'], ['/interactions']),
  ],
  usage: googleUsage,
  isComplete: isGoogleComplete,
  errorBody: (message, code) => ({
    error: {
      code: 400,
      message,
      status: 'INVALID_ARGUMENT',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'reel' }],
    },
  }),
};

/**
 * The counts of `generateContent` leave thoughts out of `candidatesTokenCount` and tool results out of
 * `promptTokenCount`; both are billed, as output and as input. Interactions name the same counts otherwise.
 */
function googleUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  let model: string | undefined;
  let usage: Usage | undefined;
  for (const payload of payloads(response)) {
    const interaction = valueAt(payload, 'interaction') ?? payload;
    model = stringAt(payload, 'modelVersion') ?? stringAt(interaction, 'model') ?? model;
    usage =
      readGenerateCounts(valueAt(payload, 'usageMetadata')) ??
      readInteractionCounts(valueAt(interaction, 'usage')) ??
      usage;
  }
  return usage === undefined ? undefined : { ...usage, model };
}

function readGenerateCounts(counts: unknown): Usage | undefined {
  const prompt = numberAt(counts, ['promptTokenCount']);
  if (prompt === undefined) return undefined;
  const thoughts = numberAt(counts, ['thoughtsTokenCount']);
  const cached = numberAt(counts, ['cachedContentTokenCount']);
  return {
    model: undefined,
    inputTokens: prompt + (numberAt(counts, ['toolUsePromptTokenCount']) ?? 0),
    outputTokens: (numberAt(counts, ['candidatesTokenCount']) ?? 0) + (thoughts ?? 0),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  };
}

function readInteractionCounts(counts: unknown): Usage | undefined {
  const input = numberAt(counts, ['total_input_tokens']);
  const output = numberAt(counts, ['total_output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  const tools = numberAt(counts, ['total_tool_use_tokens']) ?? 0;
  const thoughts = numberAt(counts, ['total_thought_tokens']);
  const cached = numberAt(counts, ['total_cached_tokens']);
  const inputTokens = (input ?? 0) + tools;
  return {
    model: undefined,
    inputTokens,
    outputTokens: withReasoning(inputTokens, output ?? 0, thoughts, numberAt(counts, ['total_tokens'])),
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    ...(thoughts === undefined ? {} : { reasoningTokens: thoughts }),
  };
}

/** There is no closing mark: the last chunk has a `finishReason`, a blocked prompt has a `blockReason` and nothing else. */
function isGoogleComplete({ events }: ReadableResponse): boolean {
  if (events === undefined) return true;
  return events.some(({ data }) => {
    if (valueAt(data, 'error') !== undefined && valueAt(data, 'error') !== null) return true;
    if (stringAt(data, 'promptFeedback', 'blockReason') !== undefined) return true;
    const type = stringAt(data, 'event_type');
    // The name of the last event changed in 2026.
    if (type === 'interaction.completed' || type === 'interaction.complete' || type === 'error') return true;
    const candidates = valueAt(data, 'candidates');
    return Array.isArray(candidates) && candidates.some((candidate) => stringAt(candidate, 'finishReason'));
  });
}
