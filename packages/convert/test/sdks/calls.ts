import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { generateText, streamText } from 'ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import type { Interaction, RecordedRequest } from '@reel/core/engine';

/** What an SDK made of an answer: its result, or its error. Plain data. */
export type SdkCall = () => Promise<unknown>;

type Json = Record<string, unknown>;

/** The calls of providers' own SDKs, and of the AI SDK, that an exchange can be the answer to, by name. */
export function callsFor({ request }: Interaction): Record<string, SdkCall> {
  const url = new URL(request.url);
  const body = jsonOf(request);
  if (request.method !== 'POST' || body === undefined) return {};
  const isStream = body['stream'] === true;
  if (url.pathname.endsWith('/chat/completions')) return chatCalls(url, body, isStream);
  if (url.pathname.endsWith('/v1/responses')) return responseCalls(url, body, isStream);
  if (url.hostname === 'api.anthropic.com' && url.pathname === '/v1/messages')
    return messageCalls(url, body, isStream);
  if (url.hostname === 'generativelanguage.googleapis.com') return geminiCalls(url, body);
  if (url.hostname.startsWith('bedrock-runtime.')) return bedrockCalls(url, body, request);
  if (/^\/api\/(?:chat|generate)$/.test(url.pathname)) return ollamaCalls(url, body);
  return {};
}

const key = { apiKey: 'test-key' };

function chatCalls(url: URL, body: Json, isStream: boolean): Record<string, SdkCall> {
  const baseURL = `${url.origin}${url.pathname.replace(/\/chat\/completions$/, '')}`;
  const client = new OpenAI({
    ...key,
    baseURL,
    maxRetries: 0,
    defaultQuery: Object.fromEntries(url.searchParams),
  });
  const provider = createOpenAI({ ...key, baseURL });
  return {
    openai: async () => collected(await client.chat.completions.create(body as never), isStream),
    'AI SDK openai.chat': () => aiSdk(provider.chat(String(body['model'] ?? 'm')), isStream),
  };
}

function responseCalls(url: URL, body: Json, isStream: boolean): Record<string, SdkCall> {
  const baseURL = `${url.origin}${url.pathname.replace(/\/responses$/, '')}`;
  const client = new OpenAI({ ...key, baseURL, maxRetries: 0 });
  const provider = createOpenAI({ ...key, baseURL });
  return {
    'openai responses': async () => collected(await client.responses.create(body as never), isStream),
    'AI SDK openai.responses': () => aiSdk(provider.responses(String(body['model'] ?? 'm')), isStream),
  };
}

function messageCalls(url: URL, body: Json, isStream: boolean): Record<string, SdkCall> {
  const client = new Anthropic({ ...key, baseURL: url.origin, maxRetries: 0 });
  const provider = createAnthropic({ ...key, baseURL: `${url.origin}/v1` });
  return {
    anthropic: async () => {
      if (!isStream) return client.messages.create(body as never);
      const { stream: _, ...rest } = body;
      return client.messages.stream(rest as never).finalMessage();
    },
    'AI SDK anthropic': () => aiSdk(provider(String(body['model'] ?? 'm')), isStream),
  };
}

function geminiCalls(url: URL, body: Json): Record<string, SdkCall> {
  const call = /^\/(v1\w*)\/models\/([^:]+):(generateContent|streamGenerateContent|countTokens)$/.exec(
    url.pathname,
  );
  if (call === null || (call[3] === 'streamGenerateContent' && url.searchParams.get('alt') !== 'sse'))
    return {};
  const [, apiVersion, model, method] = call;
  const client = new GoogleGenAI({ ...key, httpOptions: { baseUrl: url.origin, apiVersion: apiVersion! } });
  const { contents, generationConfig, ...rest } = body;
  const parameters = {
    model: model!,
    contents,
    config: { ...(generationConfig as object), ...rest },
  } as never;
  const plain = (answer: object): unknown => ({ ...answer, sdkHttpResponse: undefined });
  return {
    'google genai': async () => {
      if (method === 'countTokens')
        return plain(await client.models.countTokens({ model: model!, contents } as never));
      if (method === 'generateContent') return plain(await client.models.generateContent(parameters));
      const chunks: unknown[] = [];
      for await (const chunk of await client.models.generateContentStream(parameters))
        chunks.push(plain(chunk));
      return chunks;
    },
  };
}

function ollamaCalls(url: URL, body: Json): Record<string, SdkCall> {
  const client = new Ollama({ host: url.origin });
  const isChat = url.pathname.endsWith('chat');
  return {
    ollama: async () => {
      const answer = await (isChat ? client.chat(body as never) : client.generate(body as never));
      return collected(answer, body['stream'] === true);
    },
  };
}

function bedrockCalls(url: URL, body: Json, request: RecordedRequest): Record<string, SdkCall> {
  const call = /^\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/.exec(
    url.pathname,
  );
  if (call === null) return {};
  const client = new BedrockRuntimeClient({
    region: url.hostname.split('.')[1]!,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const modelId = decodeURIComponent(call[1]!);
  const plain = (answer: object): unknown => ({ ...answer, $metadata: undefined });
  const raw = { modelId, body: request.body, contentType: 'application/json', accept: 'application/json' };
  return {
    bedrock: async () => {
      switch (call[2]) {
        case 'converse':
          return plain(await client.send(new ConverseCommand({ ...body, modelId } as never)));
        case 'converse-stream':
          return collected(
            (await client.send(new ConverseStreamCommand({ ...body, modelId } as never))).stream,
            true,
          );
        case 'invoke':
          return Buffer.from((await client.send(new InvokeModelCommand(raw))).body).toString('utf8');
        default:
          return collected((await client.send(new InvokeModelWithResponseStreamCommand(raw))).body, true);
      }
    },
  };
}

async function aiSdk(
  model: Parameters<typeof generateText>[0]['model'],
  isStream: boolean,
): Promise<unknown> {
  const asked = { model, prompt: 'hello', maxRetries: 0 } as const;
  const summary = (result: {
    text: string;
    finishReason: string;
    usage: unknown;
    reasoningText?: string | undefined;
  }): unknown => ({
    text: result.text,
    finishReason: result.finishReason,
    usage: result.usage,
    reasoning: result.reasoningText,
  });
  if (!isStream) return summary(await generateText(asked));
  const errors: unknown[] = [];
  const result = streamText({ ...asked, onError: ({ error }) => void errors.push(messageOf(error)) });
  const parts: string[] = [];
  for await (const part of result.fullStream) parts.push(part.type);
  return {
    parts,
    errors,
    text: await Promise.resolve(result.text).catch(messageOf),
    finishReason: await Promise.resolve(result.finishReason).catch(messageOf),
    usage: await Promise.resolve(result.usage).catch(messageOf),
  };
}

async function collected(answer: unknown, isStream: boolean): Promise<unknown> {
  if (!isStream) return answer;
  const events: unknown[] = [];
  for await (const event of answer as AsyncIterable<unknown>) events.push(event);
  return events;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function jsonOf({ body }: RecordedRequest): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
