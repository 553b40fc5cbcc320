import { randomUUID } from 'node:crypto';
import { chatCompletion } from '../openai/chat.ts';
import type { ChatDialect } from '../openai/dialect.ts';
import { embeddings } from '../openai/embeddings.ts';
import { authenticate, failureBody } from '../openai/identity.ts';
import { listModels } from '../openai/models.ts';
import type { HeaderPair } from '../server/answer.ts';
import type { Route, SimulatedProvider } from '../server/provider.ts';
import { randomId } from '../server/random-id.ts';

export interface CompatibleOptions {
  readonly dialect: ChatDialect;
  /** Path prefixes the endpoints are served below. */
  readonly prefixes: readonly string[];
  /** Endpoints of the provider's own. */
  readonly routes?: readonly Route[];
}

/** An API that follows OpenAI's: chat completions, embeddings and models. */
export function createCompatible({ dialect, prefixes, routes = [] }: CompatibleOptions): SimulatedProvider {
  return {
    routes: [...routes, ...prefixes.flatMap((prefix) => compatibleRoutes(prefix, dialect))],
    authenticate,
    failure: failureBody,
    headers: cloudflareHeaders,
  };
}

function compatibleRoutes(prefix: string, dialect: ChatDialect): Route[] {
  return [
    {
      method: 'POST',
      pattern: `${prefix}/chat/completions`,
      handle: (call) => chatCompletion(call, dialect),
    },
    { method: 'POST', pattern: `${prefix}/embeddings`, handle: (call) => embeddings(call) },
    { method: 'GET', pattern: `${prefix}/models`, handle: listModels },
  ];
}

function cloudflareHeaders(): readonly HeaderPair[] {
  return [
    ['x-request-id', randomUUID()],
    ['server', 'cloudflare'],
    ['cf-cache-status', 'DYNAMIC'],
    ['cf-ray', `${randomId('hex', 16)}-FRA`],
    ['set-cookie', `__cf_bm=${randomId('base62', 43)}; path=/; HttpOnly; Secure; SameSite=None`],
    ['strict-transport-security', 'max-age=15552000; includeSubDomains'],
  ];
}
