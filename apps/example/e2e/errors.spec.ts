import { expect, test as base } from '@reel/playwright';

import { createDesk, providerNames, type ProviderName } from '../src/index.ts';
import { collect } from '../test/collect.ts';
import { provoking } from '../test/provoke.ts';

const test = base.extend<{ provoke: (provider: ProviderName, headers: Record<string, string>) => void }>({
  provoke: async ({}, use) => {
    const provoked = new Set<string>();
    await use((provider, headers) => {
      const [name, value] = provoking(provider, headers);
      process.env[name] = value;
      provoked.add(name);
    });
    for (const name of provoked) delete process.env[name];
  },
});

const failures = [
  ['stays busy', 429, 'busy'],
  ['is out of order', 500, 'unavailable'],
  ['does not know the key', 401, 'misconfigured'],
  ['rejects the request', 400, 'rejected'],
] as const;

for (const provider of providerNames) {
  test.describe(`when ${provider}`, () => {
    test('is busy once, the customer does not notice', async ({ provoke }) => {
      provoke(provider, { fail: '429', times: '1' });
      const desk = await createDesk({ provider });

      const answer = await desk.answer(`Good morning, ${provider}!`);

      expect(answer.stop).toBe('answered');
    });

    for (const [what, status, kind] of failures) {
      test(`${what}, the failure says so`, async ({ provoke }) => {
        provoke(provider, { fail: String(status) });
        const desk = await createDesk({ provider });

        const failure = await desk.answer('Anybody home?').catch((error: unknown) => error);

        expect(failure).toMatchObject({ name: 'ModelFailure', kind });
      });
    }

    test('hangs up in the middle of an answer, the pieces until then have arrived', async ({ provoke }) => {
      provoke(provider, { 'hang-up-after': '6' });
      const desk = await createDesk({ provider });
      let pieces = 0;

      const reading = (async () => {
        for await (const { type } of desk.ask('What is your favorite color, and why?')) {
          if (type === 'text') pieces += 1;
        }
      })();
      const failure = await reading.catch((error: unknown) => error);

      expect(failure).toMatchObject({ name: 'ModelFailure', kind: 'interrupted' });
      expect(pieces).toBeGreaterThan(0);
    });
  });
}

test('a failed search of the handbook is reported to the model, which goes on', async ({ provoke }) => {
  provoke('openai', { fail: '500' });
  const desk = await createDesk({ provider: 'anthropic' });

  const events = await collect(desk.ask('How long is the warranty on grinders?'));

  expect(events.at(-1)).toMatchObject({
    answer: { stop: 'answered', turns: 2, tools: [{ name: 'search_handbook', ok: false }] },
  });
});
