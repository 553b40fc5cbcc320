import { volatileAt } from './field-rules.ts';
import { openaiCompatible } from './openai-compatible.ts';

/** Together AI: its own SDK calls `api.together.ai`, others `api.together.xyz`. Each choice tells the seed it drew. */
export const together = openaiCompatible({
  id: 'together',
  hosts: ['api.together.xyz', 'api.together.ai'],
  keyVariables: [
    'TOGETHER_API_KEY',
    // LangChain community reads only this one; @ai-sdk/togetherai prefers the other and is then silent about it.
    'TOGETHER_AI_API_KEY',
  ],
  baseUrlVariables: ['TOGETHER_BASE_URL'],
  volatile: volatileAt(0, ['choices.*.seed']),
});
