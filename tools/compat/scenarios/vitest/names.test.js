import assert from 'node:assert/strict';
import { beforeAll, describe, expect, test } from 'vitest';
import { post } from '../ask.mjs';

const ask = async (content) => {
  const response = await post('https://api.openai.com/v1/chat/completions', {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content }],
  });
  return await response.json();
};

// What a cassette is called is part of what has to stay: a test that finds no cassette is red.
describe('Names of tests, "quoted" & odd', () => {
  beforeAll(async () => {
    assert.ok((await ask('the rules')).id);
  });
  test('returns JSON', async () => expect(await ask('one')).toHaveProperty('id'));
  test('Returns json', async () => expect(await ask('two')).toHaveProperty('id'));
  test.each(['a/b', 'c:d', 'ümläut 👋'])('says %s', async (word) => {
    expect(await ask(`say ${word}`)).toHaveProperty('id');
  });
  test(`is long ${'very '.repeat(40)}`, async () => expect(await ask('long')).toHaveProperty('id'));
});
