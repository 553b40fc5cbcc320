import { describe, expect, it } from 'vitest';
import { allProviders, findProvider, providerHosts } from './index.ts';
import { placeholderKey } from './placeholder-key.ts';

const idAt = (url: string) => findProvider(url)?.id;

describe('findProvider', () => {
  it.each([
    ['https://api.openai.com/v1/chat/completions', 'openai'],
    ['https://eu.api.openai.com/v1/responses', 'openai'],
    ['https://api.anthropic.com/v1/messages?beta=true', 'anthropic'],
    ['https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent', 'google'],
    ['http://127.0.0.1:11434/api/chat', 'ollama'],
    ['http://localhost:11434/api/embed', 'ollama'],
    ['http://[::1]:11434/api/embed', 'ollama'],
    [
      'https://my-resource.openai.azure.com/openai/deployments/d/chat/completions?api-version=1',
      'azure-openai',
    ],
    ['https://x.services.ai.azure.com/models/chat/completions', 'azure-openai'],
    ['https://api.mistral.ai/v1/chat/completions', 'mistral'],
    ['https://api.groq.com/openai/v1/chat/completions', 'groq'],
    ['https://api.deepseek.com/chat/completions', 'deepseek'],
    ['https://api.x.ai/v1/chat/completions', 'xai'],
    ['https://openrouter.ai/api/v1/chat/completions', 'openrouter'],
    ['https://api.together.xyz/v1/chat/completions', 'together'],
    ['https://api.together.ai/v1/chat/completions', 'together'],
    ['https://api.fireworks.ai/inference/v1/chat/completions', 'fireworks'],
    ['https://api.perplexity.ai/chat/completions', 'perplexity'],
    ['https://api.cohere.com/v2/chat', 'cohere'],
    ['https://API.OPENAI.COM:443/v1/models', 'openai'],
    ['https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse', 'bedrock'],
    ['https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1/chat/completions', 'bedrock'],
    [
      'https://us-east5-aiplatform.googleapis.com/v1/projects/p/publishers/anthropic/models/m:rawPredict',
      'vertex',
    ],
    ['https://aiplatform.googleapis.com/v1/publishers/google/models/m:generateContent', 'vertex'],
    ['https://router.huggingface.co/novita/v3/openai/chat/completions', 'hugging-face'],
    ['https://x1.us-east-1.aws.endpoints.huggingface.cloud/', 'hugging-face'],
    ['https://us-south.ml.cloud.ibm.com/ml/v1/text/generation', 'watsonx'],
    ['https://api.replicate.com/v1/predictions', 'replicate'],
    ['https://adb-1.1.azuredatabricks.net/serving-endpoints/chat/completions', 'databricks'],
    ['https://api.cloudflare.com/client/v4/accounts/a/ai/v1/chat/completions', 'cloudflare'],
    ['https://api.cerebras.ai/v1/chat/completions', 'cerebras'],
    ['https://api.voyageai.com/v1/embeddings', 'voyage'],
    ['https://chatgpt.com/backend-api/codex/responses', 'openai-compatible'],
    ['https://api.githubcopilot.com/responses', 'github-copilot'],
    ['https://api.individual.githubcopilot.com/embeddings', 'github-copilot'],
    ['https://api.venice.ai/api/v1/audio/speech', 'venice'],
    ['https://bedrock-mantle.us-east-2.api.aws/v1/models', 'bedrock-mantle'],
    ['https://gateway.internal/responses', 'openai-compatible'],
    ['https://gateway.internal/proxy/openai/responses', 'openai-compatible'],
    ['https://gateway.internal/embeddings', 'openai-compatible'],
  ])('knows whose API %s is', (url, id) => {
    expect(idAt(url)).toBe(id);
  });

  it.each([
    'https://example.com/',
    'https://api.example.com/forms/1/responses',
    'https://api.openai.com.evil.test/v1/files',
    'https://notopenai.azure.com/x',
    'http://127.0.0.1:11435/api/chat',
    'http://localhost:3000/api/chat',
    'https://host:11434/api/chat',
    'https://bedrock-runtime.us-east-1.amazonaws.com.evil.test/x',
    'https://s3.us-east-1.amazonaws.com/bucket',
    'not a URL',
    '',
  ])('knows nothing of %j', (url) => {
    expect(idAt(url)).toBeUndefined();
  });

  it.each([
    ['https://gateway.internal/proxy/v1/chat/completions', 'openai-compatible'],
    ['http://127.0.0.1:4010/v1/responses', 'openai-compatible'],
    ['http://127.0.0.1:4010/v1/messages', 'anthropic'],
    ['https://gateway.internal/vertex/v1/projects/p/models/gemini-2.5-pro:streamGenerateContent', 'google'],
  ])('reads the protocol of an unknown host from its path: %s', (url, id) => {
    expect(idAt(url)).toBe(id);
  });

  it('gives a host that speaks another protocol its own name and the other rules', () => {
    const anthropic = findProvider('https://api.anthropic.com/v1/messages')!;
    const spoken = findProvider('https://api.deepseek.com/anthropic/v1/messages')!;
    expect(spoken.id).toBe('deepseek');
    expect(spoken.keyVariables.map(({ name }) => name)).toEqual(['DEEPSEEK_API_KEY']);
    expect(spoken.errorBody).toBe(anthropic.errorBody);
    expect(findProvider('https://api.deepseek.com/anthropic/v1/messages')).toBe(spoken);
  });

  it('gives errors of Ollama and Gemini in the shape of the endpoint that was called', () => {
    expect(findProvider('http://localhost:11434/api/chat')!.errorBody('no', 'X')).toEqual({
      error: 'no',
      code: 'X',
    });
    expect(findProvider('http://localhost:11434/v1/chat/completions')!.errorBody('no', 'X')).toHaveProperty(
      'error.message',
      'no',
    );
    const compatible = 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions';
    expect(findProvider(compatible)!.errorBody('no', 'X')).toHaveProperty('error.code', 'X');
    expect(findProvider(compatible)!.id).toBe('google');
  });
});

describe('the table of providers', () => {
  it('has each id and each host once', () => {
    const ids = allProviders.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(providerHosts()).size).toBe(providerHosts().length);
  });

  it('names every host in lower case, with a wildcard in front or for a region', () => {
    for (const host of providerHosts())
      expect(host).toMatch(/^(?:\*[.-])?[a-z0-9.-]+(?:\.\*\.[a-z0-9.-]+)?$/);
  });

  it('makes up one and the same key for all, which no scanner takes for a real one', () => {
    const placeholders = allProviders.flatMap(({ keyVariables }) =>
      keyVariables.map(({ placeholder }) => placeholder),
    );
    expect(new Set(placeholders)).toEqual(new Set([placeholderKey]));
    expect(placeholderKey).toMatch(/^[a-z-]+$/);
  });

  it.each(allProviders)(
    'has a path for every rule of $id, and never looks at bare ids of models',
    ({ ids, volatile }) => {
      for (const { path } of [...ids, ...volatile]) expect(path).toMatch(/^[\w*]+(?:\.[\w*]+)*$/);
      const bare = ids.filter(({ path }) => /^(?:\*\*\.)?id$/.test(path));
      expect(
        bare.filter(({ endpoint }) => endpoint === undefined || '/v1/models/x'.includes(endpoint)),
      ).toEqual([]);
    },
  );

  it.each(allProviders)('carries the message in the error body of $id', ({ errorBody }) => {
    expect(JSON.stringify(errorBody('nothing recorded', 'REEL_NO_MATCH'))).toMatch(
      /nothing recorded.*REEL_NO_MATCH|REEL_NO_MATCH.*nothing recorded/,
    );
  });
});
