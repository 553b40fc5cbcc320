import { expect, test } from '@reel/playwright';

import { providerNames } from '../src/index.ts';
import { deskUrl } from './desk-url.ts';

/** The desk is a process of its own here; what it asks the provider is on the cassette of the test that asked the desk. */
for (const provider of providerNames) {
  test.describe(`the API on ${provider}`, () => {
    test.use({ baseURL: deskUrl(provider) });

    test('streams an answer with the tools that were used', async ({ request }) => {
      const response = await request.post('/api/ask', {
        data: { question: 'Where is the parcel of order KC-1041?' },
      });

      const text = await response.text();
      expect(response.headers()['content-type']).toContain('text/event-stream');
      expect(text.match(/^event: tool-called$/gm)).toHaveLength(2);
      expect(text).toMatch(/^event: done$/m);
    });

    test('summarizes and classifies a ticket of the list', async ({ request }) => {
      await request.post('/api/tickets/T-1001/summary');
      await request.post('/api/tickets/T-1001/classification');
      const tickets: unknown = await (await request.get('/api/tickets')).json();

      expect(tickets).toMatchObject([
        {
          id: 'T-1001',
          summary: expect.stringMatching(/\w/),
          classification: { urgency: expect.any(String) },
        },
        { id: 'T-1002' },
      ]);
    });
  });
}
