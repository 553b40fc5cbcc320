import { afterEach, describe, expect, test, vi } from 'vitest';

import {
  createDesk,
  ModelFailure,
  providerNames,
  type FailureKind,
  type ProviderName,
} from '../src/index.ts';
import { collect } from './collect.ts';
import { provoking } from './provoke.ts';

function provoke(provider: ProviderName, headers: Record<string, string>): void {
  vi.stubEnv(...provoking(provider, headers));
}

afterEach(() => vi.unstubAllEnvs());

function failure(kind: FailureKind): (error: unknown) => boolean {
  return (error) => error instanceof ModelFailure && error.kind === kind;
}

describe.each(providerNames)('when %s', (provider) => {
  test('is busy once, the customer does not notice', async () => {
    provoke(provider, { fail: '429', times: '1' });
    const desk = await createDesk({ provider });

    const answer = await desk.answer(`Good morning, ${provider}!`);

    expect(answer.stop).toBe('answered');
  });

  test.each([
    ['stays busy', 429, 'busy'],
    ['is out of order', 500, 'unavailable'],
    ['does not know the key', 401, 'misconfigured'],
    ['rejects the request', 400, 'rejected'],
  ] as const)('%s, the failure says so', async (_, status, kind) => {
    provoke(provider, { fail: String(status) });
    const desk = await createDesk({ provider });

    await expect(desk.answer('Anybody home?')).rejects.toSatisfy(failure(kind));
  });

  test.each([
    ['resets the connection', { 'reset-after': '6', delay: '10' }, 'interrupted'],
    ['hangs up', { 'hang-up-after': '6' }, 'interrupted'],
    ['reports an error', { 'error-after': '6' }, 'unavailable'],
  ] as const)(
    '%s in the middle of an answer, the pieces until then have arrived',
    async (_, headers, kind) => {
      provoke(provider, headers);
      const desk = await createDesk({ provider });
      const pieces: string[] = [];

      const reading = (async () => {
        for await (const event of desk.ask('What is your favorite color, and why?')) {
          if (event.type === 'text') pieces.push(event.text);
        }
      })();

      await expect(reading).rejects.toSatisfy(failure(kind));
      expect(pieces.length).toBeGreaterThan(0);
    },
  );

  test('writes something that is not a classification, it is not taken for one', async () => {
    provoke(provider, { text: encodeURIComponent('I would rather not.') });
    const desk = await createDesk({ provider });

    await expect(desk.classify('Is this a message?')).rejects.toSatisfy(failure('interrupted'));
  });
});

test('a failed search of the handbook is reported to the model, which goes on', async () => {
  provoke('openai', { fail: '500' });
  const desk = await createDesk({ provider: 'anthropic' });

  const events = await collect(desk.ask('How long is the warranty on grinders?'));

  expect(events.at(-1)).toMatchObject({
    answer: { stop: 'answered', turns: 2, tools: [{ name: 'search_handbook', ok: false }] },
  });
});
