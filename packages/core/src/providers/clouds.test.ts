import { describe, expect, it } from 'vitest';
import type { Interaction } from '../model/interaction.ts';
import { awsFrame } from '../../test/fixtures/aws-frame.ts';
import { eventStream, recorded } from '../../test/fixtures/recorded.ts';
import { findProvider } from './index.ts';
import { readResponse } from './readable.ts';

const bedrock = (model: string, call: string): string =>
  `https://bedrock-runtime.us-east-1.amazonaws.com/model/${model}/${call}`;

function usage(interaction: Interaction): unknown {
  return findProvider(interaction.request.url)!.usage(readResponse(interaction));
}

function isComplete(interaction: Interaction): boolean {
  return findProvider(interaction.request.url)!.isComplete(readResponse(interaction));
}

function frames(url: string, ...pieces: Uint8Array[]): Interaction {
  const empty = recorded(url, '', { type: 'application/vnd.amazon.eventstream' });
  return { ...empty, chunks: pieces.map((bytes) => ({ bytes })) };
}

const chunk = (said: object): Uint8Array =>
  awsFrame(
    'chunk',
    JSON.stringify({ bytes: Buffer.from(JSON.stringify(said)).toString('base64'), p: 'abc' }),
  );

describe('Bedrock', () => {
  const stream = bedrock('us.amazon.nova-lite-v1%3A0', 'converse-stream');
  const delta = awsFrame('contentBlockDelta', '{"delta":{"text":"Hi"},"p":"abcd"}');

  it('counts what its prompt cache gave, and takes the model from the URL', () => {
    const counts = {
      inputTokens: 6,
      outputTokens: 3,
      cacheReadInputTokens: 14_922,
      cacheWriteInputTokens: 0,
    };
    const expected = {
      model: 'us.amazon.nova-lite-v1:0',
      inputTokens: 14_928,
      outputTokens: 3,
      cachedInputTokens: 14_922,
      cacheWriteInputTokens: 0,
    };
    const metadata = awsFrame('metadata', JSON.stringify({ usage: counts }));
    expect(usage(frames(stream, delta, metadata))).toEqual(expected);
    expect(
      usage(recorded(bedrock('us.amazon.nova-lite-v1%3A0', 'converse'), JSON.stringify({ usage: counts }))),
    ).toEqual(expected);
  });

  it.each([
    ['Titan', { inputTextTokenCount: 5, results: [{ tokenCount: 10 }] }, 5, 10],
    ['Llama', { prompt_token_count: 8, generation_token_count: 35 }, 8, 35],
    ["Anthropic's", { type: 'message', usage: { input_tokens: 4, output_tokens: 10 } }, 4, 10],
  ])('reads the counts of %s models', (_, body, inputTokens, outputTokens) => {
    expect(usage(recorded(bedrock('m', 'invoke'), JSON.stringify(body)))).toEqual({
      model: 'm',
      inputTokens,
      outputTokens,
    });
  });

  it('opens what a model said inside the chunks of an invoke stream', () => {
    const url = bedrock('anthropic.claude-v2', 'invoke-with-response-stream');
    const last = chunk({
      stop_reason: 'stop_sequence',
      'amazon-bedrock-invocationMetrics': { inputTokenCount: 16, outputTokenCount: 63 },
    });
    const whole = frames(url, chunk({ completion: ' The' }), last);
    expect(readResponse(whole).events![0]).toEqual({ event: 'chunk', data: { completion: ' The' } });
    expect(usage(whole)).toEqual({ model: 'anthropic.claude-v2', inputTokens: 16, outputTokens: 63 });
    expect(isComplete(whole)).toBe(true);
    expect(isComplete(frames(url, chunk({ completion: ' The' })))).toBe(false);
  });

  it('ends a stream with its metadata or an exception, and with nothing else', () => {
    expect(isComplete(frames(stream, delta))).toBe(false);
    expect(isComplete(frames(stream, delta, awsFrame('metadata', '{"usage":{}}')))).toBe(true);
    expect(
      isComplete(
        frames(stream, delta, awsFrame('throttlingException', '{"message":"slow"}', ':exception-type')),
      ),
    ).toBe(true);
    expect(isComplete(frames(stream, delta.subarray(0, 20)))).toBe(false);
  });
});

describe('Vertex', () => {
  const base = 'https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers';

  it('has the rules of the publisher of a model', () => {
    const claude = { type: 'message', model: 'claude', usage: { input_tokens: 16, output_tokens: 2 } };
    expect(usage(recorded(`${base}/anthropic/models/m:rawPredict`, JSON.stringify(claude)))).toMatchObject({
      inputTokens: 16,
    });
    const gemini = {
      modelVersion: 'gemini',
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 },
    };
    expect(usage(recorded(`${base}/google/models/m:generateContent`, JSON.stringify(gemini)))).toMatchObject({
      inputTokens: 3,
    });
  });
});

describe.each([
  [
    'text-generation-inference',
    'https://x.us-east-1.aws.endpoints.huggingface.cloud/generate_stream',
    { token: { text: 'a' }, generated_text: null },
    { token: { text: 'b' }, generated_text: 'ab' },
  ],
  [
    'watsonx',
    'https://us-south.ml.cloud.ibm.com/ml/v1/text/generation_stream',
    { results: [{ stop_reason: 'not_finished' }] },
    { results: [{ stop_reason: 'eos_token' }] },
  ],
  ['Replicate', 'https://stream.replicate.com/v1/x', ['output', 'a'], ['done', {}]],
  [
    'Cody',
    'https://sourcegraph.com/.api/completions/stream',
    ['completion', { completion: 'a' }],
    ['done', {}],
  ],
])('a stream of %s', (_, url, before, end) => {
  it('is complete at its last event', () => {
    const type = 'text/event-stream';
    expect(isComplete(recorded(url, eventStream([before, end]), { type }))).toBe(true);
    expect(isComplete(recorded(url, eventStream([before]), { type }))).toBe(false);
  });
});

describe('usage', () => {
  it.each([
    [
      'watsonx',
      'https://eu-de.ml.cloud.ibm.com/ml/v1/text/generation',
      { model_id: 'm', results: [{ input_token_count: 7, generated_token_count: 9 }] },
      7,
      9,
    ],
    ['Voyage', 'https://api.voyageai.com/v1/rerank', { model: 'm', usage: { total_tokens: 43 } }, 43, 0],
    [
      'Aleph Alpha',
      'https://api.aleph-alpha.com/complete',
      { model_version: 'm', num_tokens_prompt_total: 4, num_tokens_generated: 5 },
      4,
      5,
    ],
    [
      'Cerebras',
      'https://api.cerebras.ai/v1/chat/completions',
      { model: 'm', usage: { prompt_tokens: 17, completion_tokens: 415 } },
      17,
      415,
    ],
  ])('of %s', (_, url, body, inputTokens, outputTokens) => {
    expect(usage(recorded(url, JSON.stringify(body)))).toMatchObject({
      model: 'm',
      inputTokens,
      outputTokens,
    });
  });
});
