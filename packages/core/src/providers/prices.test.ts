import { describe, expect, it } from 'vitest';
import { estimateCost } from './prices.ts';

const million = (model: string | undefined) => estimateCost({ model, inputTokens: 1e6, outputTokens: 1e6 });

describe('estimateCost', () => {
  it.each([
    ['gpt-4o', 12.5],
    ['gpt-4o-2024-08-06', 12.5],
    // The one snapshot whose price differs from the others'.
    ['gpt-4o-2024-05-13', 20],
    ['gpt-4o-mini-2024-07-18', 0.75],
    ['claude-opus-4-5-20251101', 30],
    ['claude-opus-4-20250514', 90],
    ['claude-opus-4-1@20250805', 90],
    ['gemini-2.0-flash-001', 0.5],
    ['models/gemini-2.5-flash', 2.8],
    ['text-embedding-3-small', 0.02],
  ])('knows a million tokens in and out of %s', (model, dollars) => {
    expect(million(model)).toBeCloseTo(dollars, 10);
  });

  it.each([
    undefined,
    '',
    'llama3.2',
    'gpt-9',
    'gpt-5.9',
    'gpt-4o-audio-preview',
    'gpt-4o-mini-tts',
    'gpt-3.5-turbo-0301',
    'claude-opus-4-9',
    'openai/gpt-4o',
    'gemini-2.5-flash-preview-05-20',
  ])('does not guess a price for %j', (model) => {
    expect(million(model)).toBeUndefined();
  });

  it('takes cached and written input at their own rates, not twice', () => {
    const usage = { inputTokens: 1000, outputTokens: 0 };
    expect(estimateCost({ ...usage, model: 'gpt-4o', cachedInputTokens: 400 })).toBeCloseTo(
      (600 * 2.5 + 400 * 1.25) / 1e6,
      12,
    );
    expect(
      estimateCost({
        ...usage,
        model: 'claude-sonnet-4-5',
        cachedInputTokens: 400,
        cacheWriteInputTokens: 100,
      }),
    ).toBeCloseTo((500 * 3 + 400 * 0.3 + 100 * 3.75) / 1e6, 12);
  });

  it('knows nothing when one of the rates it needs is unknown', () => {
    const usage = { inputTokens: 1000, outputTokens: 0 };
    expect(estimateCost({ ...usage, model: 'gpt-4', cachedInputTokens: 1 })).toBeUndefined();
    expect(estimateCost({ ...usage, model: 'gpt-4o', cacheWriteInputTokens: 1 })).toBeUndefined();
    expect(estimateCost({ ...usage, model: 'gpt-4', cachedInputTokens: 0 })).toBeDefined();
  });

  it('knows nothing of prompts longer than its rates hold for', () => {
    expect(estimateCost({ model: 'gemini-2.5-pro', inputTokens: 200_000, outputTokens: 1 })).toBeDefined();
    expect(estimateCost({ model: 'gemini-2.5-pro', inputTokens: 200_001, outputTokens: 1 })).toBeUndefined();
  });
});
