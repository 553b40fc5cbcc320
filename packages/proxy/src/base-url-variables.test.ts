import { expect, test } from 'vitest';
import OpenAI from 'openai';
import { allProviders } from '@reel/core/engine';
import { baseUrlVariables } from './base-url-variables.ts';
import { createUpstreamTable } from './upstream-table.ts';

const { bases } = createUpstreamTable();
const variables = baseUrlVariables([...bases.keys()], (upstream) => `http://127.0.0.1:1/${upstream}`);

test('every variable of a provider that has one host is set', () => {
  const expected = allProviders
    .filter(({ id }) => bases.has(id))
    .flatMap(({ baseUrlVariables: names }) => names);
  expect(Object.keys(variables).toSorted()).toEqual(expected.toSorted());
  expect(variables).toMatchObject({
    OPENAI_BASE_URL: 'http://127.0.0.1:1/openai/v1',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/anthropic',
    OLLAMA_HOST: 'http://127.0.0.1:1/ollama',
  });
  expect(variables).not.toHaveProperty('AZURE_OPENAI_ENDPOINT');
});

test("below the proxy's name a path is what the SDK asks its own host for", () => {
  const own = new OpenAI({ apiKey: 'k', baseURL: undefined });
  expect(variables['OPENAI_BASE_URL']!.replace('http://127.0.0.1:1/openai', bases.get('openai')!.url)).toBe(
    own.baseURL,
  );
});
