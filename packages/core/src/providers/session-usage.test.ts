import { describe, expect, it } from 'vitest';
import type { Frame, Session } from '../model/session.ts';
import { estimateCost } from './prices.ts';
import { sessionUsage } from './session-usage.ts';

const session = (...messages: readonly [Frame['from'], object][]): Session => ({
  frames: messages.map(([from, message]) => ({
    from,
    bytes: Buffer.from(JSON.stringify(message)),
    isBinary: false,
  })),
  end: { kind: 'closed', by: 'client' },
});

const done = (usage: object): [Frame['from'], object] => [
  'server',
  { type: 'response.done', response: { usage } },
];

describe('the usage of a session', () => {
  it('is one entry an answer, sound apart, at the prices of sound', () => {
    const usages = sessionUsage(
      session(
        done({
          input_tokens: 16,
          output_tokens: 24,
          input_token_details: { text_tokens: 16, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
          output_token_details: { text_tokens: 9, audio_tokens: 15 },
        }),
        done({
          input_tokens: 1000,
          output_tokens: 10,
          input_token_details: {
            text_tokens: 400,
            audio_tokens: 600,
            cached_tokens: 300,
            cached_tokens_details: { text_tokens: 200, audio_tokens: 100 },
          },
          output_token_details: { text_tokens: 10, audio_tokens: 0 },
        }),
      ),
      'wss://api.openai.com/v1/realtime?model=gpt-realtime',
    );
    expect(usages).toMatchObject([
      { model: 'gpt-realtime', inputTokens: 16, outputTokens: 24, audioOutputTokens: 15 },
      { cachedInputTokens: 300, audioInputTokens: 600, cachedAudioInputTokens: 100 },
    ]);
    const millionths = usages.map((usage) => Math.round(estimateCost(usage)! * 1e7) / 10);
    expect(millionths).toEqual([
      16 * 4 + 9 * 16 + 15 * 64,
      200 * 4 + 200 * 0.4 + 500 * 32 + 100 * 0.4 + 10 * 16,
    ]);
  });

  it('of the Live API has the model of the setup; what has no price of sound has no cost', () => {
    const [usage] = sessionUsage(
      session(
        ['client', { setup: { model: 'models/gemini-2.5-flash' } }],
        [
          'server',
          {
            serverContent: { turnComplete: true },
            usageMetadata: {
              promptTokenCount: 10,
              responseTokenCount: 20,
              responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 20 }],
            },
          },
        ],
      ),
      'wss://generativelanguage.googleapis.com/ws/x',
    );
    expect(usage).toEqual({
      model: 'gemini-2.5-flash',
      inputTokens: 10,
      outputTokens: 20,
      audioOutputTokens: 20,
    });
    expect(estimateCost(usage!)).toBeUndefined();
  });

  it('with pictures has no cost: their price is another one', () => {
    const [usage] = sessionUsage(
      session(done({ input_tokens: 9, output_tokens: 1, input_token_details: { image_tokens: 5 } })),
      'wss://api.openai.com/v1/realtime?model=gpt-realtime',
    );
    expect(usage).toMatchObject({ imageInputTokens: 5 });
    expect(estimateCost(usage!)).toBeUndefined();
  });
});
