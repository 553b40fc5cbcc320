import { idsAt } from './field-rules.ts';
import { openaiCompatible } from './openai-compatible.ts';

/**
 * OpenRouter. While a model is slow it pads: comment lines (`: OPENROUTER PROCESSING`) before the first event of a stream,
 * blank lines before a JSON body. How many differs at each call; they are kept, because the bytes are what arrived.
 */
export const openrouter = openaiCompatible({
  id: 'openrouter',
  hosts: ['openrouter.ai'],
  keyVariables: ['OPENROUTER_API_KEY'],
  baseUrlVariables: ['OPENROUTER_BASE_URL'],
  ids: idsAt(['data.id'], ['/generation']),
});
