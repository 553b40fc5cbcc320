import { test, expect } from '@reel/playwright';

test('a committed cassette is replayed by the installed packages', async () => {
  const response = await fetch('https://api.openai.com/v1/models/gpt-4.1-mini');

  expect(await response.json()).toEqual({ id: 'gpt-4.1-mini', object: 'model' });
});
