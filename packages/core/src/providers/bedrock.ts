import { anthropic } from './anthropic.ts';
import { idsAt, volatileAt } from './field-rules.ts';
import { headerCount, numberAt, stringAt, valueAt } from './json-access.ts';
import { pathOf, payloads } from './payloads.ts';
import { placeholderKey } from './placeholder-key.ts';
import type { Provider, ReadableResponse, Usage } from './provider.ts';

/** Variables by which AWS's SDKs find other credentials (`@aws-sdk/credential-provider-node`). */
const otherCredentials = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/**
 * Amazon Bedrock: converse, invoke, and both as AWS event streams. The placeholder is the API key of Bedrock, which
 * `@aws-sdk/client-bedrock-runtime` 3.1162 takes before it looks for a signature's credentials, and which no other service of AWS
 * reads. Signatures are headers, and so are neither stored nor compared.
 */
export const bedrock: Provider = {
  id: 'bedrock',
  hosts: [
    'bedrock-runtime.*.amazonaws.com',
    'bedrock-runtime-fips.*.amazonaws.com',
    'bedrock.*.amazonaws.com',
  ],
  keyVariables: [{ name: 'AWS_BEARER_TOKEN_BEDROCK', placeholder: placeholderKey, unless: otherCredentials }],
  baseUrlVariables: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
  ids: [
    // Converse names tool calls; what Anthropic's models answer to invoke has Anthropic's ids.
    ...idsAt(['**.toolUseId']),
    ...idsAt(['id', 'content.*.id'], ['/invoke']),
  ],
  volatile: [
    // Random padding of events, so that their length tells nothing.
    ...volatileAt('', ['p'], ['-stream']),
    ...volatileAt(0, ['metrics.latencyMs'], ['/converse']),
  ],
  usage: bedrockUsage,
  isComplete: isBedrockComplete,
  errorBody: (message, code) => ({ __type: 'ValidationException', message: `${message} (${code})` }),
};

/**
 * Converse counts what the prompt cache gave beside `inputTokens`. Invoke answers in the shape of the model; each stream of it
 * ends with Bedrock's own counts, and the headers of an answer that is no stream have them too.
 */
function bedrockUsage(response: ReadableResponse): Usage | undefined {
  if (response.status >= 400) return undefined;
  const model = modelOf(response.url);
  let usage: Usage | undefined;
  for (const payload of payloads(response)) {
    const metrics = valueAt(payload, 'amazon-bedrock-invocationMetrics');
    const found = metrics === undefined ? readCounts(valueAt(payload, 'usage')) : readMetrics(metrics);
    usage = found ?? usage;
  }
  usage ??= anthropic.usage(response) ?? readModelCounts(response);
  return usage === undefined ? undefined : { ...usage, model: model ?? usage.model };
}

/** `/model/<id or ARN>/converse`. */
function modelOf(url: string): string | undefined {
  const segment = /\/model\/([^/]+)\//.exec(pathOf(url))?.[1];
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function readCounts(counts: unknown): Usage | undefined {
  const input = numberAt(counts, ['inputTokens']);
  const output = numberAt(counts, ['outputTokens']);
  if (input === undefined && output === undefined) return undefined;
  return withCache(
    input ?? 0,
    output ?? 0,
    numberAt(counts, ['cacheReadInputTokens'], ['cacheReadInputTokenCount']),
    numberAt(counts, ['cacheWriteInputTokens'], ['cacheWriteInputTokenCount']),
  );
}

function readMetrics(metrics: unknown): Usage | undefined {
  const input = numberAt(metrics, ['inputTokenCount']);
  if (input === undefined) return undefined;
  return withCache(
    input,
    numberAt(metrics, ['outputTokenCount']) ?? 0,
    numberAt(metrics, ['cacheReadInputTokenCount']),
    numberAt(metrics, ['cacheWriteInputTokenCount']),
  );
}

function withCache(
  input: number,
  output: number,
  read: number | undefined,
  written: number | undefined,
): Usage {
  return {
    model: undefined,
    inputTokens: input + (read ?? 0) + (written ?? 0),
    outputTokens: output,
    ...(read === undefined ? {} : { cachedInputTokens: read }),
    ...(written === undefined ? {} : { cacheWriteInputTokens: written }),
  };
}

/** Titan and Llama in their own words; whatever model it is, the headers count as well. */
function readModelCounts({ json, headers }: ReadableResponse): Usage | undefined {
  const results = valueAt(json, 'results');
  const titanOutput = Array.isArray(results)
    ? results.reduce((sum: number, result) => sum + (numberAt(result, ['tokenCount']) ?? 0), 0)
    : undefined;
  const input =
    numberAt(json, ['inputTextTokenCount'], ['prompt_token_count']) ??
    headerCount(headers, 'x-amzn-bedrock-input-token-count');
  const output =
    numberAt(json, ['generation_token_count']) ??
    titanOutput ??
    headerCount(headers, 'x-amzn-bedrock-output-token-count');
  return input === undefined
    ? undefined
    : { model: undefined, inputTokens: input, outputTokens: output ?? 0 };
}

/** Converse ends with `metadata`, invoke with a chunk that has the counts, either with an exception. */
function isBedrockComplete({ events }: ReadableResponse): boolean {
  if (events === undefined) return true;
  return events.some(
    ({ event, data }) =>
      event === 'metadata' ||
      event?.endsWith('Exception') === true ||
      valueAt(data, 'amazon-bedrock-invocationMetrics') !== undefined ||
      stringAt(data, 'type') === 'message_stop',
  );
}
