import { randomInt, randomUUID } from 'node:crypto';
import type { Reply } from '../brain/conversation.ts';
import { detailedUsage, openaiDialect, plainUsage, type ChatDialect } from '../openai/dialect.ts';
import type { JsonObject } from '../server/json.ts';
import { randomId } from '../server/random-id.ts';

// Each as seen in recordings of 2024 to 2026; what is not said here is as plain as it gets.
const plain: ChatDialect = {
  completionId: () => randomUUID(),
  toolCallId: () => `call_${randomId('base62', 24)}`,
  modelName: (asked) => asked,
  envelope: () => ({}),
  usage: plainUsage,
  streamUsage: 'last-choice',
  toolCallDeltas: 'whole',
  nullLogprobs: false,
};

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Bare hex ids, nine-letter call ids, and `p`: a run of the alphabet of random length in each event. */
export const mistralDialect: ChatDialect = {
  ...plain,
  completionId: () => randomId('hex', 32),
  toolCallId: () => randomId('base62', 9),
  eventExtras: () => (place) => (place === 'first' ? {} : { p: ALPHABET.slice(0, randomInt(1, 37)) }),
  usage: (reply) => ({ ...plainUsage(reply), prompt_tokens_details: { cached_tokens: reply.usage.cached } }),
};

/** Times in `usage`, which a stream tells twice, and an id of its own in `x_groq`. */
export const groqDialect: ChatDialect = {
  ...plain,
  completionId: () => `chatcmpl-${randomUUID()}`,
  toolCallId: () => randomId('base62', 9).toLowerCase(),
  envelope: () => ({ system_fingerprint: `fp_${randomId('hex', 10)}` }),
  wholeExtras: () => ({
    usage_breakdown: null,
    x_groq: { id: groqId(), seed: randomInt(2 ** 31) },
    service_tier: 'on_demand',
  }),
  eventExtras: (usage) => {
    const id = groqId();
    return (place) => {
      if (place === 'first') return { x_groq: { id, seed: randomInt(2 ** 31) } };
      return place === 'last' ? { x_groq: { id, usage } } : {};
    };
  },
  usage: (reply) => ({ ...plainUsage(reply), ...groqTimes(reply) }),
  reasoningField: 'reasoning',
  nullLogprobs: true,
};

function groqId(): string {
  return `req_01${randomId('base62', 24).toLowerCase()}`;
}

function groqTimes({ usage }: Reply): JsonObject {
  const prompt_time = Math.random() / 100;
  const completion_time = usage.output / 1200 + Math.random() / 1000;
  return {
    queue_time: Math.random() / 50,
    prompt_time,
    completion_time,
    total_time: prompt_time + completion_time,
  };
}

/** Cache hits and misses beside the usual counts, reasoning in `reasoning_content`. */
export const deepseekDialect: ChatDialect = {
  ...plain,
  toolCallId: (_name, index) => `call_0${index}_${randomId('base62', 24)}`,
  envelope: () => ({ system_fingerprint: `fp_${randomId('hex', 10)}_prod0820_fp8_kvcache_20260402` }),
  usage: (reply) => ({
    ...plainUsage(reply),
    prompt_tokens_details: { cached_tokens: reply.usage.cached },
    prompt_cache_hit_tokens: reply.usage.cached,
    prompt_cache_miss_tokens: reply.usage.input - reply.usage.cached,
    ...(reply.usage.reasoning > 0
      ? { completion_tokens_details: { reasoning_tokens: reply.usage.reasoning } }
      : {}),
  }),
  reasoningField: 'reasoning_content',
  toolCallDeltas: 'pieces',
  nullLogprobs: true,
};

/** Usage in an event of its own, asked for or not, with the cost in fractions of a dollar. */
export const xaiDialect: ChatDialect = {
  ...plain,
  toolCallId: () => `call_${randomInt(10_000_000, 99_999_999)}`,
  envelope: () => ({ system_fingerprint: `fp_${randomId('hex', 10)}` }),
  usage: (reply) => ({
    ...detailedUsage(reply),
    num_sources_used: 0,
    cost_in_usd_ticks: reply.usage.output * 5000,
  }),
  streamUsage: 'own-event',
  reasoningField: 'reasoning_content',
};

/** Comments that keep the connection alive, JSON after blank lines, and who really answered. */
export const openrouterDialect: ChatDialect = {
  ...plain,
  completionId: () => `gen-${Math.floor(Date.now() / 1000)}-${randomId('base62', 20)}`,
  toolCallId: (name, index) => `tool_${index}_${name}_${randomId('base62', 20)}`,
  envelope: () => ({ provider: 'OpenAI' }),
  choiceExtras: (finish) => ({ native_finish_reason: finish }),
  usage: (reply) => ({
    ...plainUsage(reply),
    prompt_tokens_details: { cached_tokens: reply.usage.cached },
    completion_tokens_details: { reasoning_tokens: reply.usage.reasoning, image_tokens: 0 },
  }),
  streamUsage: 'own-event',
  messageExtras: () => ({ refusal: null }),
  reasoningField: 'reasoning',
  nullLogprobs: true,
  prelude: () => [': OPENROUTER PROCESSING\n\n', ': OPENROUTER PROCESSING\n\n'],
  padding: '\n         \n         \n',
};

/** A ray-like id, and the prompt echoed as an empty list. */
export const togetherDialect: ChatDialect = {
  ...plain,
  completionId: () => `${randomId('base62', 7)}-${randomId('base62', 6)}-${randomId('hex', 16)}`,
  wholeExtras: () => ({ prompt: [] }),
  nullLogprobs: true,
};

export const fireworksDialect: ChatDialect = {
  ...plain,
  usage: (reply) => ({ ...plainUsage(reply), prompt_tokens_details: { cached_tokens: reply.usage.cached } }),
};

/** CRLF line ends, no `[DONE]`, sources beside the answer. */
export const perplexityDialect: ChatDialect = {
  ...plain,
  envelope: () => ({
    citations: ['https://example.com/a', 'https://example.org/b'],
    search_results: [{ title: 'An example', url: 'https://example.com/a', date: '2026-01-15' }],
  }),
  usage: (reply) => ({ ...plainUsage(reply), search_context_size: 'low' }),
  newline: '\r\n',
  done: false,
};

export const cohereDialect: ChatDialect = { ...plain, nullLogprobs: true };

/** What a local server says: a number for an id, and a constant fingerprint. */
export const ollamaDialect: ChatDialect = {
  ...plain,
  completionId: () => `chatcmpl-${randomInt(1, 1000)}`,
  toolCallId: () => `call_${randomId('base62', 8).toLowerCase()}`,
  envelope: () => ({ system_fingerprint: 'fp_ollama' }),
  streamUsage: 'when-asked',
  reasoningField: 'reasoning',
};

const SAFE = { filtered: false, severity: 'safe' };
const FILTERS = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE };

/** OpenAI's answers with the verdicts of content filters, which a stream opens with. */
export const azureDialect: ChatDialect = {
  ...openaiDialect,
  envelope: () => ({ system_fingerprint: `fp_${randomId('hex', 10)}` }),
  wholeExtras: () => ({ prompt_filter_results: promptFilters() }),
  choiceExtras: () => ({ content_filter_results: FILTERS }),
  prelude: () => {
    const opening = {
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: promptFilters(),
    };
    return [`data: ${JSON.stringify(opening)}\n\n`];
  },
  indent: 0,
};

function promptFilters(): JsonObject[] {
  const jailbreak = { detected: false, filtered: false };
  return [{ prompt_index: 0, content_filter_results: { ...FILTERS, jailbreak } }];
}
