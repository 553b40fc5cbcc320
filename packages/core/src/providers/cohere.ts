import { idsAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { openai } from './openai.ts';
import { payloads } from './payloads.ts';
import type { ReadableResponse, Usage } from './provider.ts';

/**
 * Cohere: API v2 (`event: message-end`, then `[DONE]`), v1 (NDJSON that ends with `is_finished: true`), and the
 * OpenAI-compatible endpoint under `/compatibility/v1`.
 */
export const cohere = openaiCompatible({
  id: 'cohere',
  hosts: ['api.cohere.com', 'api.cohere.ai'],
  // The second is read by Cohere's own SDKs up to version 7.
  keyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
  ids: [
    ...idsAt(['id', 'response.id'], ['/chat', '/embed', '/rerank', '/generate', '/classify', '/summarize']),
    ...idsAt([
      'message.tool_calls.*.id',
      'delta.message.tool_calls.id',
      'delta.message.tool_calls.*.id',
      'generations.*.id',
      'response.generations.*.id',
      '**.generation_id',
      '**.response_id',
    ]),
  ],
  usage: (response) => cohereUsage(response) ?? openai.usage(response),
  isComplete: (response) =>
    response.events === undefined ||
    response.events.some(({ data }) => isLast(data)) ||
    openai.isComplete(response),
  errorBody: (message, code) => ({ message: `${message} (${code})` }),
});

function isLast(data: unknown): boolean {
  return valueAt(data, 'is_finished') === true || stringAt(data, 'type') === 'message-end';
}

/** Cohere does not name the model in its answers. `tokens` are the real counts, `billed_units` leave out the preamble. */
function cohereUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  let usage: Usage | undefined;
  for (const payload of payloads(response)) {
    const counts =
      valueAt(payload, 'usage') ??
      valueAt(payload, 'delta', 'usage') ??
      valueAt(payload, 'meta') ??
      valueAt(payload, 'response', 'meta');
    const inputTokens = numberAt(counts, ['tokens', 'input_tokens'], ['billed_units', 'input_tokens']);
    if (inputTokens === undefined) continue;
    const cached = numberAt(counts, ['cached_tokens']);
    usage = {
      model: undefined,
      inputTokens,
      outputTokens: numberAt(counts, ['tokens', 'output_tokens'], ['billed_units', 'output_tokens']) ?? 0,
      ...(cached === undefined ? {} : { cachedInputTokens: cached }),
    };
  }
  return usage;
}
