import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { createDesk, providerNames, type ProviderName } from '../src/index.ts';
import { collect } from '../test/collect.ts';
import { provoking } from '../test/provoke.ts';

let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  environment = process.env;
  process.env = { ...environment };
});

afterEach(() => {
  process.env = environment;
});

function provoke(provider: ProviderName, headers: Record<string, string>): void {
  const [name, value] = provoking(provider, headers);
  process.env[name] = value;
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
  ])('%s, the failure says so', async (_, status, kind) => {
    provoke(provider, { fail: String(status) });
    const desk = await createDesk({ provider });

    await expect(desk.answer('Anybody home?')).rejects.toMatchObject({ name: 'ModelFailure', kind });
  });

  test('hangs up in the middle of an answer, the pieces until then have arrived', async () => {
    provoke(provider, { 'hang-up-after': '6' });
    const desk = await createDesk({ provider });
    const heard = jest.fn();

    const reading = (async () => {
      for await (const event of desk.ask('What is your favorite color, and why?')) heard(event);
    })();

    await expect(reading).rejects.toMatchObject({ name: 'ModelFailure', kind: 'interrupted' });
    expect(heard).toHaveBeenCalledWith(expect.objectContaining({ type: 'text' }));
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
