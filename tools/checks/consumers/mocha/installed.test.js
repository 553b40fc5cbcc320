import assert from 'node:assert/strict';

it('a committed cassette is replayed by the installed packages', async () => {
  const response = await fetch('https://api.openai.com/v1/models/gpt-4.1-mini');

  assert.deepEqual(await response.json(), { id: 'gpt-4.1-mini', object: 'model' });
});
