import type { Embedder } from '../llm/embedder.ts';
import type { Article } from './article.ts';
import { cosine } from './cosine.ts';

export interface Hit {
  readonly article: Article;
  /** Cosine of question and article. */
  readonly score: number;
}

export interface HandbookSearch {
  /** The articles nearest to a question, best first. `limit` defaults to 3. Throws `ModelFailure`. */
  search(question: string, options?: { limit?: number; signal?: AbortSignal | undefined }): Promise<Hit[]>;
}

/**
 * Search by meaning. The index is built at the first question and kept; a build that failed is tried again at the next one.
 * A dozen vectors need no database: comparing them all takes microseconds.
 */
export function createHandbookSearch(articles: readonly Article[], embedder: Embedder): HandbookSearch {
  let index: Promise<number[][]> | undefined;

  // Built without the asker's signal: others may be waiting for the same index when one of them leaves.
  const buildIndex = (): Promise<number[][]> => {
    index ??= embedder
      .embed(articles.map(({ title, text }) => `${title}\n\n${text}`))
      .catch((error: unknown) => {
        index = undefined;
        throw error;
      });
    return index;
  };

  return {
    async search(question, { limit = 3, signal } = {}) {
      const vectors = await buildIndex();
      const [asked = []] = await embedder.embed([question], signal);
      return articles
        .map((article, i) => ({ article, score: cosine(asked, vectors[i] ?? []) }))
        .toSorted((a, b) => b.score - a.score)
        .slice(0, limit);
    },
  };
}
