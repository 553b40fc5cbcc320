import { OpenAI } from 'openai';

import { lazyClient } from './lazy-client.ts';
import { toModelFailure } from './model-failure.ts';

/** Turns texts into vectors whose angle says how near their meanings are. */
export interface Embedder {
  /** One vector for each text, in the order of the texts. One request, whatever their number. Throws `ModelFailure`. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]>;
}

/**
 * OpenAI's embeddings, whichever provider answers the chat. Few dimensions on purpose: these models put the most telling
 * ones first, a dozen articles need no more, and a recorded answer stays small.
 */
export function createEmbedder(model = 'text-embedding-3-small', dimensions = 256): Embedder {
  const client = lazyClient(() => new OpenAI());
  return {
    async embed(texts, signal) {
      try {
        const { data } = await client().embeddings.create(
          { model, dimensions, input: [...texts] },
          { signal },
        );
        return data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
      } catch (error) {
        throw toModelFailure(error, signal);
      }
    },
  };
}
