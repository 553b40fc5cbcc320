import { tokenize } from '../brain/tokens.ts';
import type { JsonObject } from '../server/json.ts';

/** Log probabilities for a text, token by token; `null` where there is no text. */
export function logprobs(text: string): JsonObject | null {
  if (text === '') return null;
  return { content: tokenize(text).map(logprob), refusal: null };
}

function logprob(token: string): JsonObject {
  // Any number below zero will do; it only has to be the same each time.
  const probability = -((token.length * 37) % 100) / 10_000;
  return { token, logprob: probability, bytes: [...Buffer.from(token)], top_logprobs: [] };
}
