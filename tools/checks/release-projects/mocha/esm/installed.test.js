import assert from 'node:assert/strict';
import { useCassette } from '@reel/mocha';

it('replays its cassette', async () => {
  const response = await fetch('https://api.openai.com/v1/models/gpt-4.1-mini');
  assert.deepEqual(await response.json(), { id: 'gpt-4.1-mini', object: 'model' });
});

it('replays one that is named', async () => {
  const response = await useCassette('by-hand', () => fetch('https://api.openai.com/v1/models/gpt-4.1-mini'));
  assert.deepEqual(await response.json(), { id: 'gpt-4.1-mini', object: 'model' });
});
