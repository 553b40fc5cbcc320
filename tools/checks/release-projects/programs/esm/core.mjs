import assert from 'node:assert/strict';
import { useCassette } from '@reel/core';

useCassette('by-hand', async () => {
  const response = await fetch('https://api.openai.com/v1/models/gpt-4.1-mini');
  assert.deepEqual(await response.json(), { id: 'gpt-4.1-mini', object: 'model' });
}).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
