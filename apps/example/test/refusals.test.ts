import { afterEach, expect, test, vi } from 'vitest';

import { createDesk } from '../src/index.ts';
import { startLocalProvider } from './local-provider.ts';
import { anthropicStart, openaiChunk } from './wire-events.ts';

afterEach(() => vi.unstubAllEnvs());

test('a refusal of OpenAI is an answer, and says so', async () => {
  await using _provider = await startLocalProvider('openai', [
    openaiChunk({ role: 'assistant', refusal: 'I cannot ' }),
    openaiChunk({ refusal: 'help with that.' }),
    openaiChunk({}, 'stop'),
  ]);
  const desk = await createDesk({ provider: 'openai' });

  const answer = await desk.answer('Something bad');

  expect(answer).toMatchObject({ stop: 'refused', text: 'I cannot help with that.' });
});

test('a refusal of Anthropic without a word gets words', async () => {
  await using _provider = await startLocalProvider('anthropic', [
    anthropicStart,
    { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 1 } },
    { type: 'message_stop' },
  ]);
  const desk = await createDesk({ provider: 'anthropic' });

  const answer = await desk.answer('Something bad');

  expect(answer.stop).toBe('refused');
  expect(answer.text).not.toBe('');
});
