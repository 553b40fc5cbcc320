import { epoch, idsAt, volatileAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { payloads } from './payloads.ts';
import { placeholderKey } from './placeholder-key.ts';
import type { Provider, ReadableResponse, Usage } from './provider.ts';

/** Replicate: predictions that are made and then asked for, and streams of plain text in SSE that end with `done`. */
export const replicate: Provider = {
  id: 'replicate',
  hosts: ['api.replicate.com', 'stream.replicate.com', '*.replicate.net'],
  keyVariables: [{ name: 'REPLICATE_API_TOKEN', placeholder: placeholderKey }],
  baseUrlVariables: [],
  ids: idsAt(['id'], ['/predictions', '/trainings']),
  volatile: [
    ...volatileAt(epoch, ['created_at', 'started_at', 'completed_at'], ['/predictions', '/trainings']),
    ...volatileAt(0, ['metrics.predict_time', 'metrics.total_time'], ['/predictions']),
  ],
  usage: replicateUsage,
  isComplete: ({ events }) =>
    events === undefined || events.some(({ event }) => event === 'done' || event === 'error'),
  errorBody: (message, code) => ({ title: code, detail: message, status: 400 }),
};

function replicateUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  for (const payload of payloads(response)) {
    const metrics = valueAt(payload, 'metrics');
    const inputTokens = numberAt(metrics, ['input_token_count']);
    if (inputTokens === undefined) continue;
    return {
      model: stringAt(payload, 'model'),
      inputTokens,
      outputTokens: numberAt(metrics, ['output_token_count']) ?? 0,
    };
  }
  return undefined;
}
