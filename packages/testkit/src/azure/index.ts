import { randomUUID } from 'node:crypto';
import { azureDialect } from '../compatible/dialects.ts';
import { chatCompletion } from '../openai/chat.ts';
import { embeddings } from '../openai/embeddings.ts';
import { failureBody, requireKey } from '../openai/identity.ts';
import { openaiRoutes } from '../openai/index.ts';
import type { HeaderPair } from '../server/answer.ts';
import type { ReceivedRequest } from '../server/call.ts';
import { ApiFailure } from '../server/failure.ts';
import { text } from '../server/json.ts';
import { bearer, type FailureBody, type Route, type SimulatedProvider } from '../server/provider.ts';

/** A resource of Azure OpenAI: by deployment with an `api-version`, and the newer `/openai/v1`. */
export function createAzureOpenAi(): SimulatedProvider {
  return {
    routes: [...deploymentRoutes(), ...openaiRoutes('/openai/v1', azureDialect)],
    authenticate,
    failure,
    headers,
  };
}

function deploymentRoutes(): Route[] {
  const deployment = '/openai/deployments/{deployment}';
  return [
    {
      method: 'POST',
      pattern: `${deployment}/chat/completions`,
      handle: (call) => {
        requireVersion(call.request);
        // The deployment decides; a model in the body is not looked at.
        return chatCompletion(call, azureDialect, call.params['deployment']);
      },
    },
    {
      method: 'POST',
      pattern: `${deployment}/embeddings`,
      handle: (call) => {
        requireVersion(call.request);
        return embeddings(call, text(call.body['model']) || call.params['deployment']);
      },
    },
  ];
}

function requireVersion({ query }: ReceivedRequest): void {
  if (!query.has('api-version')) throw new ApiFailure(404, 'Resource not found', { code: '404' });
}

function authenticate(request: ReceivedRequest): void {
  requireKey(request.headers['api-key'] ?? bearer(request));
}

/** 401, 404 and 429 come from the gateway, which knows only a code and a message. */
function failure(error: ApiFailure): FailureBody {
  if (![401, 404, 429].includes(error.status)) return failureBody(error);
  return { body: { error: { code: String(error.status), message: error.message } } };
}

function headers(): readonly HeaderPair[] {
  const id = randomUUID();
  return [
    ['apim-request-id', id],
    ['x-request-id', randomUUID()],
    ['x-ms-client-request-id', id],
    ['x-ms-region', 'Sweden Central'],
    ['x-ms-rai-invoked', 'true'],
    ['x-envoy-upstream-service-time', String(100 + Math.floor(Math.random() * 900))],
    ['x-ratelimit-remaining-requests', String(9000 + Math.floor(Math.random() * 999))],
    ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
    ['x-content-type-options', 'nosniff'],
  ];
}
