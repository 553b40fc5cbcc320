import type { Session } from '../model/session.ts';
import { numberAt, stringAt, valueAt } from './json-access.ts';
import type { Usage } from './provider.ts';

/**
 * What the answers of a WebSocket session used, one entry an answer: `response.done` of OpenAI's Realtime API, `usageMetadata` of
 * Gemini's Live API. Sound and text tokens are counted together, so the cost at text prices would be wrong and is not
 * known for models that speak.
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
  return {
    model,
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...(cached !== undefined && cached > 0 && { cachedInputTokens: cached }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
