import { z } from 'zod';

import type { HandbookSearch } from '../retrieval/handbook-search.ts';
import { defineTool, type Tool } from './tool.ts';

export function createSearchHandbook(handbook: HandbookSearch): Tool {
  return defineTool({
    name: 'search_handbook',
    description:
      'Searches the handbook for rules (delivery, returns, payment, warranty, gift cards, subscriptions) and advice (coffee, tea, kettles, grinders). Gives the three nearest articles.',
    input: z.strictObject({ query: z.string().describe('What to search for, as a short question.') }),
    async run({ query }, signal) {
      const hits = await handbook.search(query, { signal });
      // Without the scores: the last digits of a vector differ between two runs of a provider, and the model needs none.
      return hits.map(({ article }) => article);
    },
  });
}
