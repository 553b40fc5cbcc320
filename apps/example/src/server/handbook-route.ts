import type { Desk } from '../desk/desk.ts';
import { HttpProblem } from './http-problem.ts';
import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** `GET /api/handbook?q=...`: the articles nearest to a question. */
export function createHandbookRoute(desk: Desk): Route {
  return {
    method: 'GET',
    path: '/api/handbook',
    async handle({ url, response, signal }) {
      const question = url.searchParams.get('q')?.trim();
      if (!question) throw new HttpProblem(400, 'no-question', 'Please say what to search for.');
      const hits = await desk.search(question, { signal });
      const found = hits.map(({ article: { id, title, text }, score }) => ({ id, title, text, score }));
      sendJson(response, 200, found);
    },
  };
}
