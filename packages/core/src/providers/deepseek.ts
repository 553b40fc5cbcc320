import { openaiCompatible } from './openai-compatible.ts';

/** DeepSeek. Cache hits are also counted as `usage.prompt_cache_hit_tokens`, and `system_fingerprint` names a build. */
export const deepseek = openaiCompatible({
  id: 'deepseek',
  hosts: ['api.deepseek.com'],
  keyVariables: ['DEEPSEEK_API_KEY'],
});
