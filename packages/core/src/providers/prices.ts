import type { Usage } from './provider.ts';

/** US dollars per million tokens, for ordinary synchronous requests. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Input served from the prompt cache; absent where the provider's list has no such price. */
  readonly cachedInput?: number;
  /** Input written to the prompt cache (Anthropic: for five minutes). */
  readonly cacheWrite?: number;
  /** Largest prompt, in tokens, that these prices hold for; above it the list has others. */
  readonly upTo?: number;
  /** Of sound; absent where the list has no price for it. */
  readonly audio?: { readonly input: number; readonly cachedInput: number; readonly output: number };
}

const price = (input: number, cachedInput: number | undefined, output: number, upTo?: number): Price => ({
  input,
  output,
  ...(cachedInput === undefined ? {} : { cachedInput }),
  ...(upTo === undefined ? {} : { upTo }),
});

/** OpenAI's Realtime models: text, then sound. Pictures have a third price, which is not here. */
const realtime = (
  [input, cachedInput, output]: readonly [number, number, number],
  [audioInput, cachedAudioInput, audioOutput]: readonly [number, number, number],
): Price => ({
  ...price(input, cachedInput, output),
  audio: { input: audioInput, cachedInput: cachedAudioInput, output: audioOutput },
});

/** Anthropic's five-minute cache write costs 1.25 times the input, in every row of its list. */
const claude = (input: number, cachedInput: number, output: number, upTo?: number): Price => ({
  ...price(input, cachedInput, output, upTo),
  cacheWrite: input * 1.25,
});

/**
 * By model name without snapshot date. Two models that share a name at two providers with two prices (open-weight models
 * at most hosts, anything behind a router) are left out: an answer does not tell which of them it came from.
 */
const prices: ReadonlyMap<string, Price> = new Map<string, Price>([
  // platform.claude.com/docs/en/about-claude/pricing, October 2026.
  ['claude-fable-5-1', claude(10, 0.25, 50)],
  ['claude-fable-5', claude(10, 1, 50)],
  ['claude-opus-5-5', claude(4, 0.2, 20)],
  ['claude-opus-5', claude(5, 0.5, 25)],
  ['claude-opus-4-8', claude(5, 0.5, 25)],
  ['claude-opus-4-7', claude(5, 0.5, 25)],
  ['claude-opus-4-6', claude(5, 0.5, 25)],
  ['claude-opus-4-5', claude(5, 0.5, 25)],
  ['claude-opus-4-1', claude(15, 1.5, 75)],
  ['claude-opus-4-0', claude(15, 1.5, 75)],
  ['claude-opus-4', claude(15, 1.5, 75)],
  ['claude-sonnet-5-5', claude(2, 0.1, 10)],
  ['claude-sonnet-5', claude(2, 0.2, 10)],
  ['claude-sonnet-4-6', claude(3, 0.3, 15)],
  ['claude-sonnet-4-5', claude(3, 0.3, 15)],
  ['claude-sonnet-4-0', claude(3, 0.3, 15)],
  ['claude-sonnet-4', claude(3, 0.3, 15)],
  ['claude-3-7-sonnet', claude(3, 0.3, 15)],
  ['claude-haiku-5-5', claude(0.1, 0.01, 0.5, 100_000)],
  ['claude-haiku-4-5', claude(1, 0.1, 5)],
  ['claude-3-5-haiku', claude(0.8, 0.08, 4)],
  // developers.openai.com/api/docs/models, the page of each model, November 2026; plain gpt-realtime and mini as announced in 2025.
  ['gpt-realtime', realtime([4, 0.4, 16], [32, 0.4, 64])],
  ['gpt-realtime-1.5', realtime([4, 0.4, 16], [32, 0.4, 64])],
  ['gpt-realtime-2', realtime([4, 0.4, 24], [32, 0.4, 64])],
  ['gpt-realtime-2.1', realtime([4, 0.4, 24], [32, 0.4, 64])],
  ['gpt-realtime-mini', realtime([0.6, 0.06, 2.4], [10, 0.3, 20])],
  ['gpt-realtime-2.1-mini', realtime([0.6, 0.06, 2.4], [10, 0.3, 20])],
  // Everything below: models.dev (github.com/anomalyco/models.dev), state of 2026-07-02.
  ['gpt-5.5', price(5, 0.5, 30, 272_000)],
  ['gpt-5.4', price(2.5, 0.25, 15, 272_000)],
  ['gpt-5.4-mini', price(0.75, 0.075, 4.5)],
  ['gpt-5.4-nano', price(0.2, 0.02, 1.25)],
  ['gpt-5.3-codex', price(1.75, 0.175, 14)],
  ['gpt-5.2', price(1.75, 0.175, 14)],
  ['gpt-5.2-codex', price(1.75, 0.175, 14)],
  ['gpt-5.2-pro', price(21, undefined, 168)],
  ['gpt-5.1', price(1.25, 0.125, 10)],
  ['gpt-5.1-codex', price(1.25, 0.125, 10)],
  ['gpt-5.1-codex-mini', price(0.25, 0.025, 2)],
  ['gpt-5', price(1.25, 0.125, 10)],
  ['gpt-5-codex', price(1.25, 0.125, 10)],
  ['gpt-5-mini', price(0.25, 0.025, 2)],
  ['gpt-5-nano', price(0.05, 0.005, 0.4)],
  ['gpt-5-pro', price(15, undefined, 120)],
  ['gpt-4.1', price(2, 0.5, 8)],
  ['gpt-4.1-mini', price(0.4, 0.1, 1.6)],
  ['gpt-4.1-nano', price(0.1, 0.025, 0.4)],
  ['gpt-4o-2024-05-13', price(5, undefined, 15)],
  ['gpt-4o', price(2.5, 1.25, 10)],
  ['gpt-4o-mini', price(0.15, 0.075, 0.6)],
  ['gpt-4-turbo', price(10, undefined, 30)],
  ['gpt-4', price(30, undefined, 60)],
  ['gpt-3.5-turbo-0125', price(0.5, undefined, 1.5)],
  ['o4-mini', price(1.1, 0.275, 4.4)],
  ['o3', price(2, 0.5, 8)],
  ['o3-mini', price(1.1, 0.55, 4.4)],
  ['o3-pro', price(20, undefined, 80)],
  ['o1', price(15, 7.5, 60)],
  ['text-embedding-3-small', price(0.02, undefined, 0)],
  ['text-embedding-3-large', price(0.13, undefined, 0)],
  ['text-embedding-ada-002', price(0.1, undefined, 0)],
  ['gemini-3.5-flash', price(1.5, 0.15, 9)],
  ['gemini-3.1-pro-preview', price(2, 0.2, 12, 200_000)],
  ['gemini-3.1-flash-lite', price(0.25, 0.025, 1.5)],
  ['gemini-3-pro-preview', price(2, 0.2, 12, 200_000)],
  ['gemini-3-flash-preview', price(0.5, 0.05, 3)],
  ['gemini-2.5-pro', price(1.25, 0.125, 10, 200_000)],
  ['gemini-2.5-flash', price(0.3, 0.03, 2.5)],
  ['gemini-2.5-flash-preview-09-2025', price(0.3, 0.03, 2.5)],
  ['gemini-2.5-flash-lite-preview-09-2025', price(0.1, 0.01, 0.4)],
  ['gemini-2.5-flash-lite', price(0.1, 0.01, 0.4)],
  ['gemini-2.0-flash', price(0.1, 0.025, 0.4)],
  ['gemini-embedding-001', price(0.15, undefined, 0)],
  ['mistral-large-2512', price(0.5, undefined, 1.5)],
  ['mistral-large-2411', price(2, undefined, 6)],
  ['mistral-large-latest', price(0.5, undefined, 1.5)],
  ['mistral-medium-2604', price(1.5, undefined, 7.5)],
  ['mistral-medium-2508', price(0.4, undefined, 2)],
  ['mistral-medium-2505', price(0.4, undefined, 2)],
  ['mistral-small-2603', price(0.15, undefined, 0.6)],
  ['mistral-small-2506', price(0.1, undefined, 0.3)],
  ['mistral-small-latest', price(0.15, undefined, 0.6)],
  ['mistral-embed', price(0.1, undefined, 0)],
  ['deepseek-v4-flash', price(0.14, 0.0028, 0.28)],
  ['deepseek-v4-pro', price(0.435, 0.003_625, 0.87)],
  ['deepseek-chat', price(0.14, 0.0028, 0.28)],
  ['deepseek-reasoner', price(0.14, 0.0028, 0.28)],
  ['grok-4.3', price(1.25, 0.2, 2.5, 200_000)],
  // Only Groq names its models so.
  ['llama-3.3-70b-versatile', price(0.59, undefined, 0.79)],
  ['llama-3.1-8b-instant', price(0.05, undefined, 0.08)],
  ['command-a-03-2025', price(2.5, undefined, 10)],
  ['command-r-08-2024', price(0.15, undefined, 0.6)],
  ['command-r-plus-08-2024', price(2.5, undefined, 10)],
  ['command-r7b-12-2024', price(0.0375, undefined, 0.15)],
]);

/**
 * What may follow a name without making it another model: a snapshot (`-2024-08-06`, `-20250514`, `-0613`, `-001`,
 * `@20250514`). `gpt-4o-audio-preview` is not `gpt-4o`, and `gpt-5.9` not `gpt-5`. Previews are no snapshots: their prices
 * were often others.
 */
const snapshot = /^(?:[-@]\d{4}-?\d{2}-?\d{2}|-\d{3,4})$/;

function findPrice(model: string, own: PriceList): Price | undefined {
  const name = model.startsWith('models/') ? model.slice('models/'.length) : model;
  for (let end = name.length; end > 0; end = name.slice(0, end).search(/[-@][^-@]*$/)) {
    const found = own.get(name.slice(0, end)) ?? prices.get(name.slice(0, end));
    if (found === undefined) continue;
    return end === name.length || snapshot.test(name.slice(end)) ? found : undefined;
  }
  return undefined;
}

/** Prices by model name without snapshot date. */
export type PriceList = ReadonlyMap<string, Price>;

const none: PriceList = new Map();

/**
 * What a request cost, in US dollars, at list prices; those in `own` come before the built-in ones. `undefined` when any price it needs is unknown, never a guess.
 * Discounts (batches, flexible tiers) and surcharges (priority, tools, hour-long caches) are not in it.
 */
export function estimateCost(usage: Usage, own: PriceList = none): number | undefined {
  const found = usage.model === undefined ? undefined : findPrice(usage.model, own);
  if (found === undefined || (found.upTo !== undefined && usage.inputTokens > found.upTo)) return undefined;
  const { cachedInputTokens: cached = 0, cacheWriteInputTokens: written = 0 } = usage;
  if (cached > 0 && found.cachedInput === undefined) return undefined;
  if (written > 0 && found.cacheWrite === undefined) return undefined;
  const { audioInputTokens: heard = 0, cachedAudioInputTokens: heardBefore = 0 } = usage;
  const { audioOutputTokens: spoken = 0, imageInputTokens: seen = 0 } = usage;
  if (seen > 0 || (heard + spoken > 0 && found.audio === undefined)) return undefined;
  const fresh = Math.max(0, usage.inputTokens - cached - written - (heard - heardBefore));
  const sound = found.audio ?? { input: 0, cachedInput: 0, output: 0 };
  const millionths =
    fresh * found.input +
    (cached - heardBefore) * (found.cachedInput ?? 0) +
    written * (found.cacheWrite ?? 0) +
    (usage.outputTokens - spoken) * found.output +
    (heard - heardBefore) * sound.input +
    heardBefore * sound.cachedInput +
    spoken * sound.output;
  return millionths / 1e6;
}
