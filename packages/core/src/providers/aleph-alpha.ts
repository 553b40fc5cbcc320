import { numberAt, stringAt } from './json-access.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { isFinishedOrDone, openaiUsage } from './openai-protocol.ts';
import { payloads } from './payloads.ts';

/** Aleph Alpha: `/complete` with counts of its own. */
export const alephAlpha = openaiCompatible({
  id: 'aleph-alpha',
  hosts: ['api.aleph-alpha.com'],
  keyVariables: ['AA_TOKEN'],
  usage: (response) => {
    for (const payload of response.status >= 400 ? [] : payloads(response)) {
      const inputTokens = numberAt(payload, ['num_tokens_prompt_total']);
      if (inputTokens === undefined) continue;
      const outputTokens = numberAt(payload, ['num_tokens_generated']) ?? 0;
      return { model: stringAt(payload, 'model_version'), inputTokens, outputTokens };
    }
    return openaiUsage(response);
  },
  isComplete: isFinishedOrDone,
});
