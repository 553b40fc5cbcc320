import type { Route, SimulatedProvider } from '../server/provider.ts';
import { chatCompletion } from './chat.ts';
import { openaiDialect, type ChatDialect } from './dialect.ts';
import { embeddings } from './embeddings.ts';
import { fileRoutes } from './files.ts';
import { authenticate, createHeaders, failureBody } from './identity.ts';
import { generateImage } from './images.ts';
import { listModels, retrieveModel } from './models.ts';
import { moderate } from './moderations.ts';
import { responseRoutes } from './responses.ts';
import { speak } from './speech.ts';
import { transcribe } from './transcriptions.ts';

/** `api.openai.com`. */
export function createOpenAi(): SimulatedProvider {
  return {
    routes: openaiRoutes('/v1', openaiDialect),
    authenticate,
    failure: failureBody,
    headers: createHeaders(),
  };
}

/** The endpoints below a prefix: Azure serves the same ones elsewhere. */
export function openaiRoutes(prefix: string, dialect: ChatDialect): Route[] {
  return [
    {
      method: 'POST',
      pattern: `${prefix}/chat/completions`,
      handle: (call) => chatCompletion(call, dialect),
    },
    ...responseRoutes(prefix),
    { method: 'POST', pattern: `${prefix}/embeddings`, handle: (call) => embeddings(call) },
    { method: 'POST', pattern: `${prefix}/moderations`, handle: moderate },
    { method: 'POST', pattern: `${prefix}/images/generations`, handle: generateImage },
    { method: 'POST', pattern: `${prefix}/audio/speech`, handle: speak },
    { method: 'POST', pattern: `${prefix}/audio/transcriptions`, handle: transcribe },
    ...fileRoutes(prefix),
    { method: 'GET', pattern: `${prefix}/models`, handle: listModels },
    {
      method: 'GET',
      pattern: `${prefix}/models/{id...}`,
      handle: ({ params }) => retrieveModel(params['id']!),
    },
  ];
}
