import { epoch, farFuture, idsAt, volatileAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { payloads } from './payloads.ts';
import type { Provider, ReadableResponse, Usage } from './provider.ts';

/**
 * Ollama's own API (`/api/chat`, `/api/generate`, `/api/embed`), local and at ollama.com. It needs no key; the `ollama`
 * package reads OLLAMA_API_KEY only for ollama.com and does without. Base URLs: OLLAMA_HOST is read by the server, the
 * command and the Python package, OLLAMA_BASE_URL by LangChain.
 */
export const ollama: Provider = {
  id: 'ollama',
  hosts: ['ollama.com'],
  loopbackPorts: [11434],
  keyVariables: [],
  baseUrlVariables: ['OLLAMA_HOST', 'OLLAMA_BASE_URL'],
  ids: idsAt(['message.tool_calls.*.id']),
  volatile: [
    ...volatileAt(epoch, ['created_at']),
    ...volatileAt(0, ['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration']),
    ...volatileAt(farFuture, ['models.*.expires_at'], ['/api/ps']),
  ],
  usage: ollamaUsage,
  isComplete: isOllamaComplete,
  errorBody: (message, code) => ({ error: message, code }),
};

/**
 * What Ollama says under `/v1`. Its completion ids are `chatcmpl-` and a number below 1000: too common to be followed through
 * a cassette by value, and nothing sends them back, so they become a constant.
 */
export const ollamaOpenAI: Provider = openaiCompatible({
  id: ollama.id,
  hosts: ollama.hosts,
  keyVariables: [],
  volatile: volatileAt('chatcmpl-0', ['id'], ['/completions']),
});

function ollamaUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  for (const payload of payloads(response).toReversed()) {
    const input = numberAt(payload, ['prompt_eval_count']);
    const output = numberAt(payload, ['eval_count']);
    // A prompt that is still in memory is not evaluated again, and the server then leaves `prompt_eval_count` out.
    if (input === undefined && output === undefined) continue;
    return { model: stringAt(payload, 'model'), inputTokens: input ?? 0, outputTokens: output ?? 0 };
  }
  return undefined;
}

/** `done: true` ends an answer; pulling and creating models ends with `status: "success"`; an error ends anything. */
function isOllamaComplete({ events }: ReadableResponse): boolean {
  const last = events?.at(-1)?.data;
  if (events === undefined) return true;
  return (
    valueAt(last, 'done') === true ||
    stringAt(last, 'status') === 'success' ||
    valueAt(last, 'error') !== undefined
  );
}
