import { numberAt, stringAt } from './json-access.ts';
import { openaiCompatible } from './openai-compatible.ts';

/** Voyage AI: embeddings and reranking. It counts one total, all of it input. */
export const voyage = openaiCompatible({
  id: 'voyage',
  hosts: ['api.voyageai.com'],
  keyVariables: ['VOYAGE_API_KEY', 'VOYAGEAI_API_KEY'],
  usage: ({ status, json }) => {
    const inputTokens = numberAt(json, ['usage', 'total_tokens']);
    if (status >= 400 || inputTokens === undefined) return undefined;
    return { model: stringAt(json, 'model'), inputTokens, outputTokens: 0 };
  },
  errorBody: (message, code) => ({ detail: `${message} (${code})` }),
});
