import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import type { Contender } from '../contender.ts';

/** msw records nothing: its handler looks the answer up in a map, the best it can be made to do. */
export const contender: Contender = {
  name: 'msw',
  clients: ['fetch', 'http'],
  records: false,
  async start(_mode, _folder, { url, pairs }) {
    const answers = new Map(pairs.map(({ body, answer }) => [body, answer]));
    const server = setupServer(
      http.post(`${url}/v1/chat/completions`, async ({ request }) => {
        const answer = answers.get(await request.text());
        return new HttpResponse(answer, { headers: { 'content-type': 'application/json' } });
      }),
    );
    server.listen();
    return async () => server.close();
  },
};
