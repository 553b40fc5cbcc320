import { volatileAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { isFinishedOrDone, openaiUsage } from './openai-protocol.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { payloads } from './payloads.ts';
import type { ReadableResponse, Usage } from './provider.ts';

/**
 * Hugging Face: the router speaks OpenAI's protocol for many hosts behind it and passes their own fields on, the older inference API
 * and dedicated endpoints speak that of text-generation-inference. Variables: the Hub's own, the AI SDK's, LangChain's.
 */
export const huggingFace = openaiCompatible({
  id: 'hugging-face',
  hosts: ['router.huggingface.co', 'api-inference.huggingface.co', '*.endpoints.huggingface.cloud'],
  keyVariables: ['HF_TOKEN', 'HUGGINGFACE_API_KEY', 'HUGGINGFACEHUB_API_KEY'],
  volatile: [...volatileAt(0, ['time_info.*', 'sla_metrics.*'])],
  usage: (response) => openaiUsage(response) ?? generationUsage(response),
  isComplete: (response) => isFinishedOrDone(response) || hasGeneratedText(response),
  errorBody: (message, code) => ({ error: `${message} (${code})`, error_type: 'validation' }),
});

/** Only when the caller asked for `details`; the prompt is counted by `prefill`, which may be empty. */
function generationUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  for (const payload of payloads(response).toReversed()) {
    const details = valueAt(Array.isArray(payload) ? payload[0] : payload, 'details');
    const outputTokens = numberAt(details, ['generated_tokens']);
    if (outputTokens === undefined) continue;
    const prefill = valueAt(details, 'prefill');
    const inputTokens = numberAt(details, ['input_length']) ?? (Array.isArray(prefill) ? prefill.length : 0);
    return { model: undefined, inputTokens, outputTokens };
  }
  return undefined;
}

/** The last event of text-generation-inference has the whole text. */
function hasGeneratedText({ events }: ReadableResponse): boolean {
  return events?.some(({ data }) => stringAt(data, 'generated_text') !== undefined) === true;
}
