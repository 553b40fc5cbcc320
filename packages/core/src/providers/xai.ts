import { openaiCompatible } from './openai-compatible.ts';

/** xAI. Counts reasoning tokens beside `completion_tokens`, not inside them. */
export const xai = openaiCompatible({
  id: 'xai',
  hosts: ['api.x.ai', '*.api.x.ai'],
  keyVariables: ['XAI_API_KEY'],
});
