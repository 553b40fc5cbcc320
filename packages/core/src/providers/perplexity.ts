import { isFinishedOrDone } from './openai-protocol.ts';
import { openaiCompatible } from './openai-compatible.ts';

/** Perplexity closes streams without `[DONE]`, and `error.code` is a number. */
export const perplexity = openaiCompatible({
  id: 'perplexity',
  hosts: ['api.perplexity.ai'],
  keyVariables: ['PERPLEXITY_API_KEY'],
  baseUrlVariables: ['PERPLEXITY_BASE_URL'],
  isComplete: isFinishedOrDone,
  errorBody: (message, code) => ({
    error: { message: `${code}: ${message}`, type: 'invalid_request', code: 400 },
  }),
});
