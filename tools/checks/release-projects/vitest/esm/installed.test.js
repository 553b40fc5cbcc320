import { useCassette } from '@reel/vitest';
import { expect, test } from 'vitest';

test('replays its cassette', async () => {
  const response = await fetch('https://api.openai.com/v1/models/gpt-4.1-mini');
  expect(await response.json()).toEqual({ id: 'gpt-4.1-mini', object: 'model' });
});

test('replays one that is named', async () => {
  const response = await useCassette('by-hand', () => fetch('https://api.openai.com/v1/models/gpt-4.1-mini'));
  expect(await response.json()).toEqual({ id: 'gpt-4.1-mini', object: 'model' });
});
