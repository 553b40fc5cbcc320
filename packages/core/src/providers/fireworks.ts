import { openaiCompatible } from './openai-compatible.ts';

/** Fireworks AI. */
export const fireworks = openaiCompatible({
  id: 'fireworks',
  hosts: ['api.fireworks.ai'],
  keyVariables: ['FIREWORKS_API_KEY'],
});
