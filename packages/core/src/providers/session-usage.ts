import type { Session } from '../model/session.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import type { Usage } from './provider.ts';

/**
 * What the answers of a WebSocket session used, one entry an answer: `response.done` of OpenAI's Realtime API, `usageMetadata` of
 * Gemini's Live API. Sound has prices of its own and is counted apart as well.
 * @param url of the handshake, which names the model for OpenAI
 */
export function sessionUsage({ frames }: Session, url: string): Usage[] {
  let model = URL.parse(url)?.searchParams.get('model') ?? undefined;
  const usages: Usage[] = [];
  for (const { from, bytes } of frames) {
    // Most frames are sound or pieces of text: they are not parsed.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (from === 'client' && model === undefined && text.includes('"setup"')) {
      model = stringAt(parse(text), 'setup', 'model')?.replace(/^models\//, '');
    }
    if (from === 'server' && (text.includes('"response.done"') || text.includes('"usageMetadata"'))) {
      const usage = usageOf(parse(text), model);
      if (usage !== undefined) usages.push(usage);
    }
  }
  return usages;
}

function usageOf(message: unknown, model: string | undefined): Usage | undefined {
  const openai = valueAt(message, 'response', 'usage');
  const google = valueAt(message, 'usageMetadata');
  const inputTokens = numberAt(openai, ['input_tokens']) ?? numberAt(google, ['promptTokenCount']);
  const outputTokens =
    numberAt(openai, ['output_tokens']) ?? numberAt(google, ['responseTokenCount'], ['candidatesTokenCount']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const cached =
    numberAt(openai, ['input_token_details', 'cached_tokens']) ??
    numberAt(google, ['cachedContentTokenCount']);
  const parts = {
    cachedInputTokens: cached,
    audioInputTokens:
      numberAt(openai, ['input_token_details', 'audio_tokens']) ??
      ofModality(google, 'promptTokensDetails', 'AUDIO'),
    cachedAudioInputTokens:
      numberAt(openai, ['input_token_details', 'cached_tokens_details', 'audio_tokens']) ??
      ofModality(google, 'cacheTokensDetails', 'AUDIO'),
    imageInputTokens:
      numberAt(openai, ['input_token_details', 'image_tokens']) ??
      (ofModality(google, 'promptTokensDetails', 'IMAGE') ?? 0) +
        (ofModality(google, 'promptTokensDetails', 'VIDEO') ?? 0),
    audioOutputTokens:
      numberAt(openai, ['output_token_details', 'audio_tokens']) ??
      ofModality(google, 'responseTokensDetails', 'AUDIO'),
  };
  return {
    model,
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...Object.fromEntries(Object.entries(parts).filter(([, count]) => count !== undefined && count > 0)),
  };
}

function ofModality(usage: unknown, field: string, modality: string): number | undefined {
  const details = valueAt(usage, field);
  if (!Array.isArray(details)) return undefined;
  const found = details.find((one) => stringAt(one, 'modality') === modality) as unknown;
  return numberAt(found, ['tokenCount']);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
