import { idsAt, volatileAt } from './field-rules.ts';
import { openaiCompatible } from './openai-compatible.ts';

const times = ['queue_time', 'prompt_time', 'completion_time', 'total_time'];

/** Groq adds its timings to `usage`, and a request id and the seed it drew under `x_groq`. */
export const groq = openaiCompatible({
  id: 'groq',
  hosts: ['api.groq.com'],
  keyVariables: ['GROQ_API_KEY'],
  baseUrlVariables: ['GROQ_BASE_URL'],
  ids: idsAt(['x_groq.id']),
  volatile: volatileAt(0, [
    ...times.map((time) => `usage.${time}`),
    ...times.map((time) => `x_groq.usage.${time}`),
    'x_groq.seed',
  ]),
});
