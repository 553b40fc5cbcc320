import { epoch, farFuture, idsAt, volatileAt } from './field-rules.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import { payloads } from './payloads.ts';
import { placeholderKey } from './placeholder-key.ts';
import type { Provider, ReadableResponse, Usage } from './provider.ts';

/**
 * Anthropic: messages, token counting, message batches, files, skills. Variables as `@anthropic-ai/sdk` 1.11 reads them:
 * with any of the other credentials set, a key beside it draws a warning or takes precedence, so none is made up.
 */
export const anthropic: Provider = {
  id: 'anthropic',
  hosts: ['api.anthropic.com'],
  keyVariables: [
    {
      name: 'ANTHROPIC_API_KEY',
      placeholder: placeholderKey,
      unless: [
        'ANTHROPIC_AUTH_TOKEN',
        'ANTHROPIC_PROFILE',
        'ANTHROPIC_IDENTITY_TOKEN',
        'ANTHROPIC_IDENTITY_TOKEN_FILE',
      ],
    },
  ],
  baseUrlVariables: ['ANTHROPIC_BASE_URL'],
  ids: [
    // Bare ids only where things are made: in `/v1/models` an id is the name of a model.
    ...idsAt(['**.id'], ['/messages', '/files', '/skills', '/agents', '/sessions', '/environments']),
    ...idsAt(['log_id'], ['/complete']),
    ...idsAt([
      'request_id',
      '**.tool_use_id',
      '**.container_id',
      '**.file_id',
      '**.session_id',
      '**.agent_id',
    ]),
  ],
  volatile: [
    ...volatileAt(
      epoch,
      ['**.created_at', '**.updated_at', '**.ended_at', '**.cancel_initiated_at', '**.archived_at'],
      ['/messages', '/files', '/skills', '/agents', '/sessions', '/environments'],
    ),
    ...volatileAt(farFuture, ['**.expires_at']),
  ],
  padsEvents: true,
  usage: anthropicUsage,
  isComplete: isAnthropicComplete,
  errorBody: (message, code) => ({
    type: 'error',
    error: { type: 'invalid_request_error', message, code },
  }),
};

/**
 * `input_tokens` counts neither what was read from the prompt cache nor what was written to it; a {@link Usage} counts
 * both. In a stream `message_start` has the input, and each `message_delta` the running total of what it names.
 */
function anthropicUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  let model: string | undefined;
  const counts: Record<string, number> = {};
  for (const payload of payloads(response)) {
    // The results of a batch are a file of other requests' answers, and a count of tokens is not a use of them.
    const type = stringAt(payload, 'type');
    if (type !== 'message' && type !== 'message_start' && type !== 'message_delta') continue;
    const subject = valueAt(payload, 'message') ?? payload;
    model = stringAt(subject, 'model') ?? model;
    const usage = valueAt(subject, 'usage');
    for (const name of [
      'input_tokens',
      'output_tokens',
      'cache_read_input_tokens',
      'cache_creation_input_tokens',
    ]) {
      const count = numberAt(usage, [name]);
      if (count !== undefined) counts[name] = count;
    }
  }
  const { input_tokens: fresh, output_tokens: written, cache_read_input_tokens: read } = counts;
  const { cache_creation_input_tokens: created } = counts;
  if (fresh === undefined && written === undefined) return undefined;
  return {
    model,
    inputTokens: (fresh ?? 0) + (read ?? 0) + (created ?? 0),
    outputTokens: written ?? 0,
    ...(read === undefined ? {} : { cachedInputTokens: read }),
    ...(created === undefined ? {} : { cacheWriteInputTokens: created }),
  };
}

/** A message stream ends with `message_stop`, or with an `error` event. Other event sequences are files: batch results. */
function isAnthropicComplete({ events }: ReadableResponse): boolean {
  if (events === undefined) return true;
  const types = new Set(events.map(({ event, data }) => event ?? stringAt(data, 'type')));
  if (types.has('message_stop') || types.has('error')) return true;
  return events.length > 0 && events.every(({ data }) => stringAt(data, 'custom_id') !== undefined);
}
