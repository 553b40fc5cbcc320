import { epoch, volatileAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { isFinishedOrDone, openaiUsage } from './openai-protocol.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { payloads } from './payloads.ts';
import type { ReadableResponse, Usage } from './provider.ts';

/** IBM watsonx.ai: `/ml/v1/text/generation` with counts beside each result, `/ml/v1/text/chat` as OpenAI counts. Streams have `id:` and `event: message`. */
export const watsonx = openaiCompatible({
  id: 'watsonx',
  hosts: ['*.ml.cloud.ibm.com'],
  // The second is LangChain's.
  keyVariables: ['WATSONX_API_KEY', 'WATSONX_AI_APIKEY'],
  baseUrlVariables: ['WATSONX_URL'],
  volatile: volatileAt(epoch, ['created_at']),
  usage: (response) => generationUsage(response) ?? openaiUsage(response),
  isComplete: (response) => isFinishedOrDone(response) || hasStopped(response),
  errorBody: (message, code) => ({
    errors: [{ code: 'invalid_request_entity', message: `${message} (${code})` }],
    status_code: 400,
  }),
});

/** Each event of a stream counts what it brings. */
function generationUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  let model: string | undefined;
  let input: number | undefined;
  let output = 0;
  for (const payload of payloads(response)) {
    const results = valueAt(payload, 'results');
    if (!Array.isArray(results)) continue;
    model = stringAt(payload, 'model_id') ?? model;
    for (const result of results) {
      const prompt = numberAt(result, ['input_token_count']);
      if (prompt !== undefined) input = Math.max(input ?? 0, prompt);
      const generated = numberAt(result, ['generated_token_count']) ?? 0;
      // A running total in some versions, the tokens of the event in others: the last is the largest either way.
      output = Math.max(output, generated);
    }
  }
  return input === undefined ? undefined : { model, inputTokens: input, outputTokens: output };
}

function hasStopped({ events }: ReadableResponse): boolean {
  return (
    events?.some(({ data }) => {
      const reason = stringAt(valueAt(data, 'results', '0'), 'stop_reason');
      return reason !== undefined && reason.toLowerCase() !== 'not_finished';
    }) === true
  );
}
