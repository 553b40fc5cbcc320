import { epoch, idsAt, volatileAt } from './field-rules.ts';
import { openaiCompatible } from './openai-compatible.ts';

/**
 * Mistral. Stream chunks carry `p`, random padding like OpenAI's `obfuscation`; agents and conversations have ids and
 * ISO times of their own; errors are flat.
 */
export const mistral = openaiCompatible({
  id: 'mistral',
  hosts: ['api.mistral.ai', 'api.eu.mistral.ai', 'api.us.mistral.ai', 'codestral.mistral.ai'],
  keyVariables: ['MISTRAL_API_KEY'],
  ids: [
    ...idsAt(['id'], ['/embeddings', '/ocr']),
    ...idsAt(['**.id'], ['/agents', '/libraries']),
    ...idsAt(['**.conversation_id', '**.tool_call_id', '**.agent_id']),
  ],
  volatile: [
    ...volatileAt('', ['p']),
    ...volatileAt(epoch, ['**.created_at', '**.updated_at', '**.completed_at']),
  ],
  errorBody: (message, code) => ({
    object: 'error',
    message,
    type: 'invalid_request_error',
    param: null,
    code,
  }),
});
