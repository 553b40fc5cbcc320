import { isOpenAIComplete, openaiErrorBody, openaiUsage } from './openai-protocol.ts';
import { chatIds, chatVolatile, obfuscation, storedIds, storedVolatile } from './openai-rules.ts';
import { placeholderKey } from './placeholder-key.ts';
import type { Provider } from './provider.ts';

/**
 * OpenAI: chat completions, responses, embeddings, audio, images, files, moderations, batches, assistants and vector
 * stores. Variables and hosts as the `openai` package 7.55 reads them (the wildcard is its data residency: `eu`, `us`...);
 * `OPENAI_API_BASE` is LangChain's.
 */
export const openai: Provider = {
  id: 'openai',
  hosts: ['api.openai.com', '*.api.openai.com'],
  keyVariables: [{ name: 'OPENAI_API_KEY', placeholder: placeholderKey }],
  baseUrlVariables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  ids: [...chatIds, ...storedIds],
  volatile: [...chatVolatile, ...obfuscation, ...storedVolatile],
  usage: openaiUsage,
  isComplete: isOpenAIComplete,
  errorBody: openaiErrorBody,
};
