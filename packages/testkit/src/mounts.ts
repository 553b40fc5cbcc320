import { createAnthropic } from './anthropic/index.ts';
import { createAzureOpenAi } from './azure/index.ts';
import { cohereChat } from './compatible/cohere-chat.ts';
import { createCompatible } from './compatible/create-compatible.ts';
import * as dialects from './compatible/dialects.ts';
import { createCorner } from './corner/index.ts';
import { createGoogle } from './google/index.ts';
import { createOllama } from './ollama/index.ts';
import { createOpenAi } from './openai/index.ts';
import type { ChatDialect } from './openai/dialect.ts';
import type { Route, SimulatedProvider } from './server/provider.ts';

/** Where a provider lives: in the world, and below the simulator's URL. */
export interface Mount {
  /** First path segment: `/openai/v1/...`. */
  readonly id: string;
  /** Public origins it stands for; none for what is no provider. */
  readonly upstreams: readonly string[];
  /** What SDKs take as base URL, below the mount. */
  readonly base: string;
  readonly create: () => SimulatedProvider;
}

export const mounts = [
  { id: 'openai', upstreams: ['https://api.openai.com'], base: '/v1', create: createOpenAi },
  { id: 'anthropic', upstreams: ['https://api.anthropic.com'], base: '', create: createAnthropic },
  { id: 'google', upstreams: ['https://generativelanguage.googleapis.com'], base: '', create: createGoogle },
  {
    id: 'ollama',
    upstreams: ['http://127.0.0.1:11434', 'http://localhost:11434'],
    base: '',
    create: createOllama,
  },
  {
    id: 'azure-openai',
    upstreams: ['https://example.openai.azure.com'],
    base: '',
    create: createAzureOpenAi,
  },
  compatible('mistral', ['https://api.mistral.ai'], '/v1', dialects.mistralDialect),
  compatible('groq', ['https://api.groq.com'], '/openai/v1', dialects.groqDialect),
  compatible('deepseek', ['https://api.deepseek.com'], '', dialects.deepseekDialect, ['/v1', '/beta']),
  compatible('xai', ['https://api.x.ai'], '/v1', dialects.xaiDialect),
  compatible('openrouter', ['https://openrouter.ai'], '/api/v1', dialects.openrouterDialect),
  compatible(
    'together',
    ['https://api.together.xyz', 'https://api.together.ai'],
    '/v1',
    dialects.togetherDialect,
  ),
  compatible('fireworks', ['https://api.fireworks.ai'], '/inference/v1', dialects.fireworksDialect),
  compatible('perplexity', ['https://api.perplexity.ai'], '', dialects.perplexityDialect),
  compatible(
    'cohere',
    ['https://api.cohere.com', 'https://api.cohere.ai'],
    '/compatibility/v1',
    dialects.cohereDialect,
    [],
    [{ method: 'POST', pattern: '/v2/chat', handle: cohereChat }],
  ),
  { id: 'http', upstreams: [], base: '', create: createCorner },
] as const satisfies readonly Mount[];

/** A name a simulated API is mounted by. */
export type ProviderId = (typeof mounts)[number]['id'];

function compatible<Id extends string>(
  id: Id,
  upstreams: readonly string[],
  base: string,
  dialect: ChatDialect,
  otherBases: readonly string[] = [],
  routes: readonly Route[] = [],
): Mount & { readonly id: Id } {
  return {
    id,
    upstreams,
    base,
    create: () => createCompatible({ dialect, prefixes: [base, ...otherBases], routes }),
  };
}
