import { expect, test } from 'vitest';
import { findSecrets } from '../../src/redaction/guard.ts';

function found(text: string): unknown[] {
  const line = Buffer.from(`${JSON.stringify({ request: 1, json: { note: text } })}\n`);
  return findSecrets(line, { known: [] });
}

test.each([
  [
    'a picture',
    'https://images.example.com/xai-images/xai-tmp-image-3f2504e0-4f89-11d3-9a0c-0305e82c3301.jpeg',
  ],
  ['a model', 'hf-internal-testing/tiny-random-GPT2LMHeadModel'],
  ['another model', 'hf-internal-testing/tiny-random-BertForConditionalGeneration'],
  ['a class', 'hf-BertForConditionalGeneration'],
])('%s whose name begins like a key does not refuse the recording', (_, name) => {
  expect(found(name)).toEqual([]);
});

test.each([
  ['a UUID', ['sk', 'lf', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'].join('-')],
  ['letters in no order', ['hf', 'qWeRtYzUiOpAsDfGhJkLxCvBnM'].join('_')],
  ['base64 with a slash', ['sk', 'aB3/dE5gH7jK9mN1pQ2rS4tU6'].join('-')],
])('a key that is %s still does', (_, key) => {
  expect(found(`the key ${key} here`)).not.toEqual([]);
});
