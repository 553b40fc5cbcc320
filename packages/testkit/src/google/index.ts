import { embed } from '../brain/embed.ts';
import { inputTokens } from '../brain/think.ts';
import { bytes, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { list, number, record, type JsonObject } from '../server/json.ts';
import type { Route, SimulatedProvider } from '../server/provider.ts';
import { generateContent, streamGenerateContent } from './generate-content.ts';
import { authenticate, failureBody, headers } from './identity.ts';
import { partsText, readContent, requireModel } from './read-content.ts';
import { bodyJson, JSON_TYPE, member } from './wire.ts';

/** `generativelanguage.googleapis.com`, under each of its versions. */
export function createGoogle(): SimulatedProvider {
  return {
    routes: ['/v1beta', '/v1', '/v1alpha'].flatMap(routes),
    authenticate,
    failure: failureBody,
    headers,
  };
}

function routes(version: string): Route[] {
  const model = `${version}/models/{model}`;
  return [
    { method: 'POST', pattern: `${model}:generateContent`, handle: generateContent },
    { method: 'POST', pattern: `${model}:streamGenerateContent`, handle: streamGenerateContent },
    { method: 'POST', pattern: `${model}:countTokens`, handle: countTokens },
    {
      method: 'POST',
      pattern: `${model}:embedContent`,
      handle: ({ body, params }) => answer({ embedding: embedding(body, params['model']!) }),
    },
    { method: 'POST', pattern: `${model}:batchEmbedContents`, handle: batchEmbedContents },
    { method: 'GET', pattern: `${version}/models`, handle: () => answer({ models: MODELS.map(describe) }) },
    { method: 'GET', pattern: model, handle: ({ params }) => answer(describe(params['model']!)) },
  ];
}

function answer(body: unknown): Answer {
  return bytes(bodyJson(body), JSON_TYPE);
}

function countTokens(call: Call): Answer {
  const inner = record(member(call.body, 'generateContentRequest'));
  const totalTokens = inputTokens(readContent('contents' in inner ? { ...call, body: inner } : call));
  return answer({ totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] });
}

function batchEmbedContents({ body, params }: Call): Answer {
  const embeddings = list(body['requests']).map((request) => embedding(record(request), params['model']!));
  return answer({ embeddings });
}

function embedding(request: JsonObject, model: string): { values: number[] } {
  requireModel(model);
  const dimensions =
    number(member(request, 'outputDimensionality')) ??
    number(member(record(member(request, 'embedContentConfig')), 'outputDimensionality'));
  const said = partsText(record(request['content'])['parts']);
  // The API rounds to nine significant digits.
  return { values: Array.from(embed(said, dimensions ?? 3072), (value) => Number(value.toPrecision(8))) };
}

const MODELS = ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-3.1-flash-lite', 'gemini-embedding-001'];

function describe(model: string): JsonObject {
  requireModel(model);
  const methods = model.includes('embedding')
    ? ['embedContent', 'countTokens']
    : ['generateContent', 'countTokens', 'batchGenerateContent'];
  return {
    name: `models/${model}`,
    version: '001',
    displayName: model,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: methods,
  };
}
