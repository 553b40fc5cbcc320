import { expect, test } from 'vitest';

import { readConfig } from '../src/server/config.ts';

const keys = { OPENAI_API_KEY: 'sk-example', ANTHROPIC_API_KEY: 'sk-ant-example' };

test('OpenAI on port 3000 of this machine is the default', () => {
  expect(readConfig(keys)).toEqual({ provider: 'openai', model: undefined, host: '127.0.0.1', port: 3000 });
});

test('provider, model, host and port come from the environment', () => {
  const env = {
    ...keys,
    SUPPORT_PROVIDER: 'anthropic',
    SUPPORT_MODEL: 'claude-opus-5-5',
    HOST: '::1',
    PORT: '0',
  };

  expect(readConfig(env)).toEqual({ provider: 'anthropic', model: 'claude-opus-5-5', host: '::1', port: 0 });
});

test.each([
  ['another provider', { ...keys, SUPPORT_PROVIDER: 'acme' }, /acme.*openai or anthropic/],
  ['a port that is none', { ...keys, PORT: 'http' }, /PORT/],
  ['no key', {}, /OPENAI_API_KEY/],
  [
    'no key for the provider',
    { OPENAI_API_KEY: 'sk-example', SUPPORT_PROVIDER: 'anthropic' },
    /ANTHROPIC_API_KEY/,
  ],
])('%s is refused with what to do', (_, env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});
