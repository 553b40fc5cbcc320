import { inputTokens } from '../brain/think.ts';
import { json, type Answer } from '../server/answer.ts';
import { ApiFailure } from '../server/failure.ts';
import type { SimulatedProvider } from '../server/provider.ts';
import { authenticate, createHeaders, failureBody } from './identity.ts';
import { createMessage } from './messages.ts';
import { readMessages } from './read-messages.ts';

/** `api.anthropic.com`. */
export function createAnthropic(): SimulatedProvider {
  return {
    routes: [
      { method: 'POST', pattern: '/v1/messages', handle: createMessage },
      {
        method: 'POST',
        pattern: '/v1/messages/count_tokens',
        handle: (call) => json({ input_tokens: inputTokens(readMessages(call)) }),
      },
      { method: 'GET', pattern: '/v1/models', handle: listModels },
      { method: 'GET', pattern: '/v1/models/{id}', handle: ({ params }) => json(findModel(params['id']!)) },
    ],
    authenticate,
    failure: failureBody,
    headers: createHeaders(),
  };
}

const MODELS = [
  ['claude-sonnet-4-5-20250929', 'Claude Sonnet 4.5', '2025-09-29T00:00:00Z'],
  ['claude-haiku-4-5-20251001', 'Claude Haiku 4.5', '2025-10-15T00:00:00Z'],
].map(([id, display_name, created_at]) => ({ type: 'model', id, display_name, created_at }));

function listModels(): Answer {
  return json({ data: MODELS, has_more: false, first_id: MODELS[0]!.id, last_id: MODELS.at(-1)!.id });
}

function findModel(id: string): unknown {
  const model = MODELS.find((model) => model.id === id);
  if (model === undefined) throw new ApiFailure(404, `model: ${id}`);
  return model;
}
